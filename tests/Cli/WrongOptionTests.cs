// Options that can't be used: exit code 2, one sentence that says what was expected, and nothing is made.
namespace VaeFromScratch.Cli.Tests;

public sealed class WrongOptionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--latent 0", "latent", "0", "expected")]
    [InlineData("--latent 65537", "latent", "65537", "expected")]
    [InlineData("--latent x", "--latent", "'x'", "whole number")]
    [InlineData("--latent 1.5", "--latent", "'1.5'", "whole number")]
    [InlineData("--beta -1", "beta", "-1", "0 or more")]
    [InlineData("--beta NaN", "beta", "NaN", "finite")]
    [InlineData("--beta Infinity", "beta", "finite")]
    [InlineData("--beta 0,5", "--beta", "'0,5'", "number")]
    [InlineData("--held-out 10", "class", "10", "0 to 9")]
    [InlineData("--held-out -1", "class", "-1", "0 to 9")]
    [InlineData("--held-out shoe", "--held-out", "'shoe'")]
    [InlineData("--epochs 0", "epochs", "0", "1 or more")]
    [InlineData("--batch 0", "batch", "0", "expected")]
    [InlineData("--lr 0", "learning rate", "0", "above 0")]
    [InlineData("--hidden 0", "hidden", "0", "expected")]
    [InlineData("--hidden 400,,3", "--hidden", "''", "whole number")]
    [InlineData("--hidden 65536,65536", "parameters")]
    [InlineData("--seed -1", "--seed", "'-1'", "0 or more")]
    [InlineData("--warm-up 21", "warm-up", "21", "0 to 20")]
    [InlineData("--warm-up 0.5", "--warm-up", "'0.5'", "whole number")]
    [InlineData("--free-bits -1", "free bits", "-1", "0 or more")]
    [InlineData("--likelihood poisson", "likelihood", "'poisson'", "bernoulli, continuous-bernoulli, gaussian or linear-gaussian")]
    [InlineData("--denoise NaN", "noise", "NaN", "finite")]
    [InlineData("--calibration -1", "calibration", "-1", "0, or 19 or more")]
    [InlineData("--calibration 2700", "calibration", "2700", "0 to 2699")]
    [InlineData("--threads 0", "--threads", "0", "1 to 256")]
    [InlineData("--threads 300", "--threads", "300", "1 to 256")]
    [InlineData("--isa avx9", "avx9", "available")]
    [InlineData("--checkpoint-every -1", "--checkpoint-every", "-1")]
    [InlineData("--colour 3", "--colour", "vae train --help")]
    [InlineData("--latent", "--latent", "missing")]
    [InlineData("--latent 1 --latent 2", "--latent", "single")]
    [InlineData("surplus", "surplus")]
    public void Train_refuses(string options, params string[] words)
    {
        VaeProcess.Run(["train", "--data", "sample", "--out", _folder["run"], .. options.Split(' ')]).AssertRefused(words);
        Assert.Empty(_folder.Snapshot());
    }

    [Theory]
    [InlineData("--held-out 0,10", "class", "10")]
    [InlineData("--held-out most", "--held-out", "'most'")]
    [InlineData("--latent 2,0", "latent", "0")]
    [InlineData("--latent 2,2", "latent", "twice")]
    [InlineData("--beta 1,-1", "beta", "-1")]
    [InlineData("--beta ,", "--beta", "number")]
    [InlineData("--jobs 0", "--jobs", "0")]
    [InlineData("--jobs 3 --threads 2", "jobs", "3", "1 to 2")]
    public void Reproduce_refuses(string options, params string[] words)
    {
        VaeProcess.Run(["reproduce", "--data", "sample", "--out", _folder["results"], .. options.Split(' ')]).AssertRefused(words);
        Assert.Empty(_folder.Snapshot());
    }

    [Theory]
    [InlineData("", "command", "vae --help")]
    [InlineData("tarin", "tarin")]
    [InlineData("data", "command", "vae data --help")]
    [InlineData("evaluate", "missing", "vae evaluate --help")]
    [InlineData("info --isa avx9", "avx9", "available")]
    public void Other_commands_refuse(string arguments, params string[] words) =>
        VaeProcess.Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)).AssertRefused(words);

    [Fact]
    public void A_loss_that_is_no_longer_finite_fails_the_run()
    {
        var outcome = VaeProcess.Run("train", "--data", "sample", "--out", _folder["run"], "--lr", "1e30");
        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        outcome.AssertOneSentence("no longer finite", "learning rate");
        Assert.Empty(Directory.EnumerateFiles(_folder["run"]));
    }
}
