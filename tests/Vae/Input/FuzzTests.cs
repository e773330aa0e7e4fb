// A short run of what tests/Fuzz runs at length, and every file that it has kept.

using VaeFromScratch.Fuzz;

namespace VaeFromScratch.Vae.Tests.Input;

public class FuzzTests
{
    private const int Inputs = 3000;

    public static TheoryData<string> Targets => new(FuzzTarget.All.Select(target => target.Name));

    private static Fuzzer Of(string name) => new(FuzzTarget.All.Single(target => target.Name == name));

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_damaged_file_is_read_or_refused_in_a_sentence_in_little_time_and_memory(string name)
    {
        var fuzzer = Of(name);
        fuzzer.Run(seed: 2, first: 0, Inputs);
        Assert.Empty(fuzzer.Outcome.Findings.Values.Select(finding => finding.What));
        // Not all refused at their first byte.
        Assert.InRange(fuzzer.Outcome.Accepted, 1, Inputs - 1);
        Assert.NotEmpty(fuzzer.Outcome.Messages);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void The_corpus_and_every_input_that_once_broke_a_promise_keep_them_all(string name)
    {
        var fuzzer = Of(name);
        foreach (var file in Fuzzer.Files("corpus", name).Concat(Fuzzer.Files("crashes", name))) fuzzer.Try(File.ReadAllBytes(file));
        Assert.Empty(fuzzer.Outcome.Findings.Values.Select(finding => finding.What));
        Assert.True(fuzzer.Outcome.Accepted > 0, "the corpus is refused");
    }

    [Fact]
    public void A_broken_promise_is_found()
    {
        var number = new FuzzTarget("csv", file => throw (file.Length % 2 == 0 ? new FormatException("1") : new InvalidDataException("two\nlines")), Wrapping.None, 1);
        var fuzzer = new Fuzzer(number);
        fuzzer.Run(1, 0, 100);
        Assert.Equal(2, fuzzer.Outcome.Findings.Count);
        var slow = new Fuzzer(new("csv", _ => Thread.Sleep(1100), Wrapping.None, 1));
        slow.Try([1]);
        Assert.StartsWith("takes 1.", Assert.Single(slow.Outcome.Findings.Values).What, StringComparison.Ordinal);
        var large = new Fuzzer(new("csv", _ => GC.KeepAlive(new byte[3 << 20]), Wrapping.None, 1));
        large.Try([1]);
        Assert.StartsWith("allocates too much (", Assert.Single(large.Outcome.Findings.Values).What, StringComparison.Ordinal);
    }
}
