// From a failure to a sentence: what can't be brought about from outside.

namespace VaeFromScratch.Cli.Tests;

public sealed class FailuresTests
{
    [Fact]
    public void What_fails_on_one_of_several_threads_is_told_as_on_one_thread()
    {
        Assert.Equal((2, "vae: There is not enough memory for a model, rows and batches of this size; choose smaller ones.\n"),
            Told(new AggregateException(new InsufficientMemoryException(), new InvalidOperationException())));
        Assert.Equal((130, "vae: Stopped; given again, the same command does not repeat what it has finished or left in a checkpoint.\n"),
            Told(new AggregateException(new OperationCanceledException())));
    }

    [Fact]
    public void What_could_command_a_terminal_is_replaced_and_letters_are_not() =>
        Assert.Equal((2, "vae: ü 漢 😀 ? ?[2J ? ? ? ? \ufffd.\n"), Told(new InvalidDataException("ü 漢 😀 \n \u001b[2J \u009b \u202e \u2028 \u200b \ud800.")));

    private static (int ExitCode, string Error) Told(Exception failure)
    {
        using var interrupts = new Interrupts();
        using var error = new StringWriter { NewLine = "\n" };
        var before = Console.Error;
        Console.SetError(error);
        try
        {
            return (Failures.Report(failure, interrupts), error.ToString());
        }
        finally
        {
            Console.SetError(before);
        }
    }
}
