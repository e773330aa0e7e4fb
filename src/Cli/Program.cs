// The command `vae`.

using VaeFromScratch.Cli;
using VaeFromScratch.Tensors;

CodeVersions.Choose();
return CommandLine.Run(args);
