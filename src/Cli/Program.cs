// The command `vae`.

using VaeFromScratch.Cli;

return CommandLine.Run(args);
