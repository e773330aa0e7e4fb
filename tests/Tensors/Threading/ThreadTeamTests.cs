// The thread team: every iteration once, failures to the caller, nothing left behind.

using System.Diagnostics;

namespace VaeFromScratch.Tensors.Tests;

public class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(256)]
    public void Every_iteration_runs_exactly_once(int threads)
    {
        using var team = new ThreadTeam(threads);
        foreach (var count in new[] { 0, 1, 2, 3, 7, 100, 1000 })
        {
            foreach (var grain in new[] { 1, 10, 5000 })
            {
                for (var round = 0; round < 20; round++)
                {
                    var visits = new int[count];
                    team.For(count, grain, new Count(visits));
                    Assert.All(visits, visit => Assert.Equal(1, visit));
                }
            }
        }
    }

    [Fact]
    public void Teams_larger_than_the_machine_finish_soon()
    {
        // A thousand loops on many more threads than cores: spinning workers would take a time slice of milliseconds each.
        using var team = new ThreadTeam(4 * Environment.ProcessorCount);
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < 1000; round++) team.For(64, 1, new Count(new int[64]));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public void An_idle_team_uses_no_processor()
    {
        using var team = new ThreadTeam(Math.Max(2, Environment.ProcessorCount));
        team.For(64, 1, new Count(new int[64]));
        Thread.Sleep(50);
        // Other tests may run meanwhile, so the team's threads are watched alone.
        Assert.True(team.AreAllWorkersParked);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(9)]
    public void An_exception_reaches_the_caller_after_all_have_finished_and_the_team_lives_on(int failing)
    {
        using var team = new ThreadTeam(4);
        var visits = new int[10];
        var exception = Assert.Throws<InvalidTimeZoneException>(() => team.For(10, 1, new Fail(visits, failing)));
        Assert.Equal($"iteration {failing}", exception.Message);
        Assert.Contains(nameof(Fail), exception.StackTrace);
        Array.Clear(visits);
        team.For(10, 1, new Count(visits));
        Assert.All(visits, visit => Assert.Equal(1, visit));
    }

    [Fact]
    public void A_loop_inside_a_loop_of_the_same_team_is_refused()
    {
        using var team = new ThreadTeam(2);
        Assert.Throws<InvalidOperationException>(() => team.For(4, 1, new Nest(team)));
    }

    [Fact]
    public void A_disposed_team_ends_its_threads_and_refuses_loops()
    {
        var team = new ThreadTeam(3);
        team.For(10, 1, new Count(new int[10]));
        team.Dispose();
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.For(10, 1, new Count(new int[10])));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(257)]
    public void Impossible_sizes_are_refused(int threads) => Assert.Throws<ArgumentOutOfRangeException>(() => new ThreadTeam(threads));

    [Fact]
    public void A_loop_allocates_nothing()
    {
        using var team = new ThreadTeam(2);
        var visits = new int[100];
        for (var round = 0; round < 100; round++) team.For(100, 1, new Count(visits));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++) team.For(100, 1, new Count(visits));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private readonly struct Count(int[] visits) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var i = first; i < limit; i++) Interlocked.Increment(ref visits[i]);
        }
    }

    private readonly struct Fail(int[] visits, int failing) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var i = first; i < limit; i++)
            {
                visits[i]++;
                if (i == failing) throw new InvalidTimeZoneException($"iteration {i}");
            }
        }
    }

    private readonly struct Nest(ThreadTeam team) : ILoopBody
    {
        public void Execute(int first, int limit) => team.For(4, 1, new Count(new int[4]));
    }
}
