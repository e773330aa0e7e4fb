// A fixed team of threads that computes one loop at a time. It knows nothing of matrices.

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace VaeFromScratch.Tensors;

/// <summary>The body of a parallel loop. Iterations may be split among threads in any way, so none may depend on another.</summary>
public interface ILoopBody
{
    /// <summary>Computes the iterations from <paramref name="first"/> up to, not including, <paramref name="limit"/>.</summary>
    void Execute(int first, int limit);
}

/// <summary>A fixed team of 1 to 256 threads that runs one parallel loop at a time without allocating.</summary>
/// <remarks>
/// The calling thread is the team's first worker. The others wait for work by spinning for a few microseconds, then park; a
/// process with more team threads than cores parks them at once, for a spinning worker would keep a working one off its core. An exception in
/// a worker reaches the caller once all workers have finished. Only one thread at a time may use a team, and a loop body may
/// not start another loop on it.
/// </remarks>
public sealed class ThreadTeam : IDisposable
{
    /// <summary>The largest team.</summary>
    public const int MaxThreads = 256;

    // A phase of a training step lasts 10 to 500 us: spinning this long bridges the gaps between phases, and a parked thread
    // costs tens of microseconds to wake.
    private static readonly long SpinTicks = Stopwatch.Frequency / 1_000_000 * 50;

    private static int _liveThreads;

    private readonly Worker[] _workers;
    private readonly SemaphoreSlim _allDone = new(0);
    private unsafe delegate*<void*, int, int, void> _invoke;
    private unsafe void* _body;
    private int _count;
    private int _parts;

    // Each loop gets a new ticket: its serial number and, in the low bits, its number of parts. One word, so that a worker
    // late to look can never join a loop that it was not counted in.
    private long _ticket;
    private int _running;
    private int _callerParked;
    private int _busy;
    private volatile bool _disposed;

    /// <summary>Starts the team.</summary>
    /// <param name="threads">Workers, the calling thread included: 1 to <see cref="MaxThreads"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of range.</exception>
    public ThreadTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MaxThreads);
        Threads = threads;
        Interlocked.Add(ref _liveThreads, threads);
        _workers = new Worker[threads - 1];
        for (var i = 0; i < _workers.Length; i++) _workers[i] = new Worker(this, i + 1);
    }

    /// <summary>Number of workers, the calling thread included.</summary>
    public int Threads { get; }

    /// <summary>Whether all workers are parked, as they are soon after a loop.</summary>
    internal bool AreAllWorkersParked => Array.TrueForAll(_workers, worker => worker.IsParked);

    private static bool MaySpin => Volatile.Read(ref _liveThreads) <= Environment.ProcessorCount;

    /// <summary>Computes iterations 0 to <paramref name="count"/> - 1, split into equal contiguous ranges.</summary>
    /// <param name="count">Number of iterations.</param>
    /// <param name="grain">The fewest iterations that are worth a thread.</param>
    /// <param name="body">The loop's body. It is copied once; what it points to is shared by all threads.</param>
    /// <exception cref="InvalidOperationException">The team is already running a loop.</exception>
    /// <exception cref="ObjectDisposedException">The team was disposed.</exception>
    public unsafe void For<TBody>(int count, int grain, TBody body) where TBody : struct, ILoopBody
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var parts = (int)Math.Min(Threads, Math.Max(1, count / (long)Math.Max(1, grain)));
        if (count <= 0) return;
        if (parts == 1)
        {
            body.Execute(0, count);
            return;
        }

        if (Interlocked.Exchange(ref _busy, 1) != 0) throw new InvalidOperationException("This team is already running a loop.");
        try
        {
            // The body lives in this frame until every worker has finished, so its address, and the references in it, stay valid.
            _body = Unsafe.AsPointer(ref body);
            _invoke = &Invoke<TBody>;
            (_count, _parts) = (count, parts);
            Volatile.Write(ref _running, parts - 1);
            Publish(parts);
            for (var i = 0; i < parts - 1; i++) _workers[i].WakeIfParked();

            ExceptionDispatchInfo? failure = null;
            try
            {
                ExecutePart(0);
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }

            WaitForWorkers();
            for (var i = 0; i < parts - 1; i++) failure ??= _workers[i].TakeFailure();
            failure?.Throw();
        }
        finally
        {
            for (var i = 0; i < _workers.Length; i++) _workers[i].TakeFailure();
            _body = null;
            Volatile.Write(ref _busy, 0);
        }
    }

    /// <summary>Ends the team's threads and waits for them.</summary>
    /// <exception cref="InvalidOperationException">The team is running a loop.</exception>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _busy, 1) != 0)
        {
            if (_disposed) return;
            throw new InvalidOperationException("This team is running a loop.");
        }

        _disposed = true;
        Publish(0);
        foreach (var worker in _workers) worker.WakeIfParked();
        foreach (var worker in _workers) worker.Dispose();
        Interlocked.Add(ref _liveThreads, -Threads);
        _allDone.Dispose();
    }

    private void Publish(int parts) => Interlocked.Exchange(ref _ticket, ((_ticket >> 16) + 1) << 16 | (uint)parts);

    // The copy matters: the original lies on the caller's stack, beside what the caller writes while it works on its own part, and a
    // worker that read its operands from there would wait for that cache line again and again.
    private static unsafe void Invoke<TBody>(void* body, int first, int limit) where TBody : struct, ILoopBody
    {
        var own = Unsafe.AsRef<TBody>(body);
        own.Execute(first, limit);
    }

    private unsafe void ExecutePart(int part) =>
        _invoke(_body, (int)((long)_count * part / _parts), (int)((long)_count * (part + 1) / _parts));

    private void WaitForWorkers()
    {
        if (MaySpin)
        {
            // A worker that lost its core may be away for milliseconds, so this too ends in parking.
            var spin = new BoundedSpin();
            while (Volatile.Read(ref _running) != 0)
                if (!spin.Once()) break;
        }

        if (Volatile.Read(ref _running) == 0) return;
        Interlocked.Exchange(ref _callerParked, 1);
        // Whoever takes the flag back decides: a worker that took it has released the semaphore or is about to.
        if (Volatile.Read(ref _running) == 0 && Interlocked.Exchange(ref _callerParked, 0) == 1) return;
        _allDone.Wait();
    }

    private void WorkerFinished()
    {
        if (Interlocked.Decrement(ref _running) == 0 && Interlocked.Exchange(ref _callerParked, 0) == 1) _allDone.Release();
    }

    /// <summary>Spins for <see cref="SpinTicks"/>, looking at the clock only now and then.</summary>
    private struct BoundedSpin
    {
        private int _turns;
        private long _end;

        public bool Once()
        {
            if ((++_turns & 31) == 0)
            {
                var now = Stopwatch.GetTimestamp();
                if (_end == 0) _end = now + SpinTicks;
                else if (now > _end) return false;
            }

            Thread.SpinWait(1);
            return true;
        }
    }

    private sealed class Worker : IDisposable
    {
        private readonly ThreadTeam _team;
        private readonly int _index;
        private readonly Thread _thread;
        private readonly SemaphoreSlim _wake = new(0);
        private ExceptionDispatchInfo? _failure;
        private int _parked;

        public Worker(ThreadTeam team, int index)
        {
            (_team, _index) = (team, index);
            _thread = new Thread(Run) { IsBackground = true, Name = $"team worker {index}" };
            _thread.Start();
        }

        public bool IsParked => Volatile.Read(ref _parked) == 1;

        public void WakeIfParked()
        {
            if (Interlocked.Exchange(ref _parked, 0) == 1) _wake.Release();
        }

        public ExceptionDispatchInfo? TakeFailure()
        {
            var failure = _failure;
            _failure = null;
            return failure;
        }

        public void Dispose()
        {
            _thread.Join();
            _wake.Dispose();
        }

        private void Run()
        {
            var ticket = 0L;
            while (true)
            {
                ticket = WaitForTicketAfter(ticket);
                if (_team._disposed) return;
                if (_index >= (ticket & 0xFFFF)) continue;
                try
                {
                    _team.ExecutePart(_index);
                }
                catch (Exception e)
                {
                    _failure = ExceptionDispatchInfo.Capture(e);
                }

                _team.WorkerFinished();
            }
        }

        private long WaitForTicketAfter(long seen)
        {
            if (MaySpin)
            {
                var spin = new BoundedSpin();
                while (Volatile.Read(ref _team._ticket) == seen)
                    if (!spin.Once()) break;
            }

            long ticket;
            while ((ticket = Volatile.Read(ref _team._ticket)) == seen)
            {
                Interlocked.Exchange(ref _parked, 1);
                // The same rule as for the caller: whoever takes the flag back decides.
                if (Volatile.Read(ref _team._ticket) != seen && Interlocked.Exchange(ref _parked, 0) == 1) continue;
                _wake.Wait();
            }

            return ticket;
        }
    }
}
