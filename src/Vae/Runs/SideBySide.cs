// Independent pieces of work, such as models to train, one after another or several at a time.

using System.Runtime.ExceptionServices;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Runs;

/// <summary>Works through a list, several items at a time, each on its share of the threads.</summary>
/// <remarks>Two models side by side on one thread each are faster than one after the other on two: no step has to be split and waited for.</remarks>
internal static class SideBySide
{
    /// <summary>Throws unless there is a thread for each job.</summary>
    /// <exception cref="InvalidSettingException">There are fewer threads than jobs, or no job.</exception>
    public static void RequireJobs(int jobs, int threads)
    {
        if (jobs < 1 || jobs > threads)
            throw new InvalidSettingException(FormattableString.Invariant($"The number of jobs is {jobs}; expected 1 to {threads}, the number of threads."));
    }

    /// <summary>Does all items, in any order.</summary>
    /// <param name="items">The items; they are taken in their order.</param>
    /// <param name="jobs">Items at a time.</param>
    /// <param name="threads">Threads in all, at least one a job.</param>
    /// <param name="instructionSet">See <see cref="InstructionSets.Choose"/>.</param>
    /// <param name="work">Does an item; the first exception that it throws ends all, and is the one that comes out.</param>
    /// <param name="cancellation">Stops all items.</param>
    /// <exception cref="InvalidSettingException">There are fewer threads than jobs.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static void ForEach<T>(
        IEnumerable<T> items, int jobs, int threads, string? instructionSet, Action<Engine, T, CancellationToken> work, CancellationToken cancellation)
        where T : class
    {
        RequireJobs(jobs, threads);
        var queue = new Queue<T>(items);
        jobs = Math.Min(jobs, queue.Count);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Exception? fatal = null;
        var workers = Enumerable.Range(0, jobs).Select(job => new Thread(() => Work(threads / jobs + (job < threads % jobs ? 1 : 0)))).ToArray();
        foreach (var worker in workers) worker.Start();
        foreach (var worker in workers) worker.Join();
        // Before the cancellation: a worker that could leave no checkpoint when it was told to stop has more to say than that it was stopped.
        if (fatal is not null) ExceptionDispatchInfo.Throw(fatal);
        cancellation.ThrowIfCancellationRequested();

        void Work(int share)
        {
            try
            {
                using var engine = new Engine(share, instructionSet);
                while (Next() is { } item) work(engine, item, stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // By the caller, or by another worker's exception.
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref fatal, e, null);
                stop.Cancel();
            }
        }

        T? Next()
        {
            lock (queue) return stop.IsCancellationRequested || queue.Count == 0 ? null : queue.Dequeue();
        }
    }
}
