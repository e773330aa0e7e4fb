// Peers: the same work done by other libraries, for comparison. Built and run by run.sh beside this file.
//
//   peers table [--quick] [--rounds N] [--only training|products|scoring] [--model FILE] [--data DIR] [--write]
//       checks that all give the same results, then times ours and theirs in turns and prints the table; --write keeps it in bench/results
//   peers agree [--held-out C] [--seeds N] [--epochs N] [--threads T] [--data DIR]
//       trains the seed model in libtorch and prints its losses and AUC-ROC for each seed
//   peers exchange [--steps N] [--data DIR]
//       weights from libtorch to ours and from ours to libtorch, through files: the same bits, losses and gradients of one step tensor by tensor
//   peers loads
//       says by its exit code whether libtorch can be loaded here
//
// Microsoft.ML has no counterpart: it trains no autoencoder, and scores ONNX models through the ONNX Runtime that is measured here.

using VaeFromScratch.Peers;

var options = new Options(args);
switch (args.FirstOrDefault())
{
    case "table": return TableCommand.Run(options);
    case "agree": return AgreeCommand.Run(options);
    case "exchange": return ExchangeCommand.Run(options);
    case "loads": return LoadsCommand.Run();
    default:
        Console.Error.WriteLine("peers: expected one of table, agree, exchange, loads; see the beginning of bench/Peers/Program.cs.");
        return 2;
}
