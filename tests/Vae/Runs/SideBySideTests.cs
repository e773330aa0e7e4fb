// Work side by side: all of it is done, and the first failure ends it.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Vae.Tests;

public sealed class SideBySideTests
{
    private static readonly string[] Items = [.. Enumerable.Range(0, 20).Select(i => $"item {i}")];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 3)]
    public void Every_item_is_done_once_on_all_threads_together(int jobs, int threads)
    {
        var done = new List<string>();
        var shares = new Dictionary<Engine, int>();
        using var met = new Barrier(jobs);
        Run(jobs, threads, (engine, item, stop) =>
        {
            // Each worker's first item waits for the others': all are at work.
            bool isFirst;
            lock (done) isFirst = shares.TryAdd(engine, engine.Team.Threads);
            if (isFirst) Assert.True(met.SignalAndWait(TimeSpan.FromSeconds(30), stop));
            lock (done) done.Add(item);
        });
        Assert.Equal(Items.Order(), done.Order());
        Assert.Equal((jobs, threads), (shares.Count, shares.Values.Sum()));
    }

    [Fact]
    public void One_worker_takes_the_items_in_their_order()
    {
        var done = new List<string>();
        Run(1, 2, (_, item, _) => done.Add(item));
        Assert.Equal(Items, done);
    }

    [Fact]
    public void Nothing_to_do_is_done() => SideBySide.ForEach<string>([], 2, 2, null, (_, _, _) => Assert.Fail("There is nothing to do."), default);

    [Fact]
    public void An_exception_of_one_worker_ends_all_and_is_the_one_thrown()
    {
        using var met = new Barrier(2);
        var (begun, isToldToStop) = (0, false);
        var thrown = Assert.Throws<InvalidDataException>(() => Run(2, 2, (_, item, stop) =>
        {
            Interlocked.Increment(ref begun);
            met.SignalAndWait(TimeSpan.FromSeconds(30), CancellationToken.None);
            if (item == "item 0") throw new InvalidDataException("the first");
            isToldToStop = stop.WaitHandle.WaitOne(TimeSpan.FromSeconds(30));
            stop.ThrowIfCancellationRequested();
        }));
        Assert.Equal(("the first", 2, true), (thrown.Message, begun, isToldToStop));
    }

    [Fact]
    public void A_cancellation_ends_all()
    {
        using var source = new CancellationTokenSource();
        var begun = 0;
        Assert.Throws<OperationCanceledException>(() => Run(1, 1, (_, _, stop) =>
        {
            begun++;
            source.Cancel();
            stop.ThrowIfCancellationRequested();
        }, source.Token));
        Assert.Equal(1, begun);
    }

    [Fact]
    public void A_failure_upon_a_cancellation_is_not_hidden_by_it()
    {
        using var source = new CancellationTokenSource();
        Assert.Equal("no room for the checkpoint", Assert.Throws<IOException>(() => Run(1, 1, (_, _, _) =>
        {
            source.Cancel();
            throw new IOException("no room for the checkpoint");
        }, source.Token)).Message);
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(0, 2)]
    public void Jobs_without_a_thread_are_refused_before_anything_is_begun(int jobs, int threads)
    {
        IEnumerable<string> Untouched()
        {
            Assert.Fail("The items were touched.");
            yield break;
        }

        var message = Assert.Throws<InvalidSettingException>(() => SideBySide.ForEach(Untouched(), jobs, threads, null, (_, _, _) => { }, default)).Message;
        Assert.Contains($"number of jobs is {jobs}; expected 1 to 2", message, StringComparison.Ordinal);
    }

    private static void Run(int jobs, int threads, Action<Engine, string, CancellationToken> work, CancellationToken cancellation = default) =>
        SideBySide.ForEach(Items, jobs, threads, null, work, cancellation);
}
