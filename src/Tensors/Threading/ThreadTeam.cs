// A fixed team of threads that computes one loop at a time. It knows nothing of matrices.

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.Intrinsics.X86;

namespace VaeFromScratch.Tensors;

/// <summary>The body of a parallel loop. Iterations may be split among threads in any way, so none may depend on another.</summary>
public interface ILoopBody
{
    /// <summary>Computes the iterations from <paramref name="first"/> up to, not including, <paramref name="limit"/>.</summary>
    void Execute(int first, int limit);
}

/// <summary>A fixed team of 1 to 256 threads that runs one parallel loop at a time without allocating.</summary>
/// <remarks>
/// The calling thread is the team's first worker. The iterations are split into a range for each worker, so that the same rows stay with
/// the same core from loop to loop; each takes its range in shrinking pieces and then helps itself to what is left of the others', so
/// that nobody waits for a thread that has lost its core before it took a piece. The workers wait for work by spinning for 50
/// microseconds, then park; a process with more team threads than cores parks them at once, for a spinning worker would keep a working one
/// off its core. An exception in a worker reaches the caller once all workers have finished. Only one thread at a time may use a team, and
/// a loop body may not start another loop on it.
/// </remarks>
public sealed class ThreadTeam : IDisposable
{
    /// <summary>The largest team.</summary>
    public const int MaxThreads = 256;

    // The state is one word, so that a worker that is late to look can never join a loop that is over: the loop's number (its ticket),
    // whether it is still open to workers, and how many have joined and not yet left.
    private const long Open = 1 << 16, JoinedMask = Open - 1;
    private const int TicketShift = 17;

    // Each worker's range has a position, the first of its iterations that nobody has taken. Positions lie this many apart: two cache lines, as
    // the machine fetches them in pairs.
    private const int PositionStride = 32;

    // A phase of a training step lasts 10 to 500 us: spinning this long bridges the gaps between phases, and a parked thread
    // costs tens of microseconds to wake.
    private static readonly long SpinTicks = Stopwatch.Frequency / 1_000_000 * 50;

    private static int _liveWorkers;

    private readonly Worker[] _workers;
    private readonly int[] _positions;
    private readonly SemaphoreSlim _allDone = new(0);
    private unsafe delegate*<void*, int, int, void> _invoke;
    private unsafe void* _body;
    private int _count, _parts, _smallestPiece;
    private long _state;
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
        Interlocked.Add(ref _liveWorkers, threads - 1);
        _positions = new int[threads * PositionStride];
        _workers = new Worker[threads - 1];
        for (var i = 0; i < _workers.Length; i++) _workers[i] = new Worker(this, i + 1);
    }

    /// <summary>Number of workers, the calling thread included.</summary>
    public int Threads { get; }

    /// <summary>Whether all workers are parked, as they are soon after a loop.</summary>
    internal bool AreAllWorkersParked => Array.TrueForAll(_workers, worker => worker.IsParked);

    private static bool MaySpin => Volatile.Read(ref _liveWorkers) < Environment.ProcessorCount;

    private long Ticket => Volatile.Read(ref _state) >> TicketShift;

    private bool AllHaveLeft => (Volatile.Read(ref _state) & JoinedMask) == 0;

    /// <summary>Computes iterations 0 to <paramref name="count"/> - 1.</summary>
    /// <param name="count">Number of iterations.</param>
    /// <param name="grain">The fewest iterations that are worth a thread.</param>
    /// <param name="body">The loop's body. It is copied; what it points to is shared by all threads.</param>
    /// <param name="smallestPiece">The fewest iterations to take at a time, except at the end of a range; 0 for a quarter of the grain.</param>
    /// <exception cref="InvalidOperationException">The team is already running a loop.</exception>
    /// <exception cref="ObjectDisposedException">The team was disposed.</exception>
    public unsafe void For<TBody>(int count, int grain, TBody body, int smallestPiece = 0) where TBody : struct, ILoopBody, allows ref struct
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var parts = (int)Math.Min(Threads, Math.Max(1, count / (long)Math.Max(1, grain)));
        if (count <= 0) return;
        if (parts == 1)
        {
            body.Execute(0, count);
            PublishWrites();
            return;
        }

        if (Interlocked.Exchange(ref _busy, 1) != 0) throw new InvalidOperationException("This team is already running a loop.");
        try
        {
            // The body lives in this frame until every worker has left, so its address, and the references in it, stay valid.
            _body = Unsafe.AsPointer(ref body);
            _invoke = &Invoke<TBody>;
            (_count, _parts, _smallestPiece) = (count, parts, Math.Max(1, smallestPiece == 0 ? grain / 4 : smallestPiece));
            for (var part = 0; part < parts; part++) _positions[part * PositionStride] = RangeStart(part);
            Publish(Open);
            for (var i = 0; i < parts - 1; i++) _workers[i].WakeIfParked();

            ExceptionDispatchInfo? failure = null;
            try
            {
                Work(0);
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }

            Interlocked.And(ref _state, ~Open);
            WaitUntilAllHaveLeft();
            foreach (var worker in _workers) failure ??= worker.Failure;
            foreach (var worker in _workers) worker.Failure = null;
            failure?.Throw();
        }
        finally
        {
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
        Interlocked.Add(ref _liveWorkers, 1 - Threads);
        _allDone.Dispose();
    }

    // The copy matters: the original lies on the caller's stack, beside what the caller writes while it works on its own part, and a
    // worker that read its operands from there would wait for that cache line again and again.
    private static unsafe void Invoke<TBody>(void* body, int first, int limit) where TBody : struct, ILoopBody, allows ref struct
    {
        var own = Unsafe.AsRef<TBody>(body);
        own.Execute(first, limit);
    }

    private int RangeStart(int part) => (int)((long)_count * part / _parts);

    private void Publish(long open) => Interlocked.Exchange(ref _state, ((_state >> TicketShift) + 1) << TicketShift | open);

    private unsafe void Work(int part)
    {
        for (var i = 0; i < _parts; i++)
        {
            var range = (part + i) % _parts;
            while (TryTake(range, out var first, out var limit)) _invoke(_body, first, limit);
        }

        PublishWrites();
    }

    // The atomic operations at the end of a loop publish what was written in it, but not what was written past the caches: that takes a fence.
    private static void PublishWrites()
    {
        if (Sse.IsSupported) Sse.StoreFence();
    }

    // Half of what is left of a range: large pieces while there is much, small ones where the end has to be evened out.
    private bool TryTake(int range, out int first, out int limit)
    {
        ref var position = ref _positions[range * PositionStride];
        var end = RangeStart(range + 1);
        while (true)
        {
            first = Volatile.Read(ref position);
            limit = Math.Min(end, first + Math.Max(_smallestPiece, (end - first + 1) / 2));
            if (first >= end) return false;
            if (Interlocked.CompareExchange(ref position, limit, first) == first) return true;
        }
    }

    private bool TryJoin(long ticket)
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state >> TicketShift != ticket || (state & Open) == 0) return false;
            if (Interlocked.CompareExchange(ref _state, state + 1, state) == state) return true;
        }
    }

    private void Leave()
    {
        var state = Interlocked.Decrement(ref _state);
        if ((state & (JoinedMask | Open)) == 0 && Interlocked.Exchange(ref _callerParked, 0) == 1) _allDone.Release();
    }

    private void WaitUntilAllHaveLeft()
    {
        if (MaySpin)
        {
            // A worker that lost its core may be away for milliseconds, so this too ends in parking.
            var spin = new BoundedSpin();
            while (!AllHaveLeft)
                if (!spin.Once()) break;
        }

        if (AllHaveLeft) return;
        Interlocked.Exchange(ref _callerParked, 1);
        // Whoever takes the flag back decides: a worker that took it has released the semaphore or is about to.
        if (AllHaveLeft && Interlocked.Exchange(ref _callerParked, 0) == 1) return;
        _allDone.Wait();
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
        private int _parked;

        public Worker(ThreadTeam team, int index)
        {
            (_team, _index) = (team, index);
            _thread = new Thread(Run) { IsBackground = true, Name = $"team worker {index}" };
            _thread.Start();
        }

        public ExceptionDispatchInfo? Failure { get; set; }

        public bool IsParked => Volatile.Read(ref _parked) == 1;

        public void WakeIfParked()
        {
            if (Interlocked.Exchange(ref _parked, 0) == 1) _wake.Release();
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
                if (!_team.TryJoin(ticket)) continue;
                try
                {
                    if (_index < _team._parts) _team.Work(_index);
                }
                catch (Exception e)
                {
                    Failure = ExceptionDispatchInfo.Capture(e);
                }

                _team.Leave();
            }
        }

        private long WaitForTicketAfter(long seen)
        {
            if (MaySpin)
            {
                var spin = new BoundedSpin();
                while (_team.Ticket == seen)
                    if (!spin.Once()) break;
            }

            while (_team.Ticket == seen)
            {
                Interlocked.Exchange(ref _parked, 1);
                // The same rule as for the caller: whoever takes the flag back decides.
                if (_team.Ticket != seen && Interlocked.Exchange(ref _parked, 0) == 1) continue;
                _wake.Wait();
            }

            return _team.Ticket;
        }
    }
}
