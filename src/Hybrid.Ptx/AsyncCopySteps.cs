namespace Hybrid.Ptx;

/// <summary><c>cp.async</c>: a copy from global to shared memory that is under way until it is waited for.</summary>
/// <remarks>
/// What is read is what stood there when the copy began; it arrives at the latest moment that is allowed, when the
/// thread waits. A kernel that forgets to wait reads unwritten memory here, always; on a GPU, sometimes.
/// </remarks>
sealed unsafe class AsyncCopyStep(
    Instruction instruction, int to, long toOffset, int from, long fromOffset, int size, int valid)
    : MemoryStep(instruction, "global", from, fromOffset, [from], "b8")
{
    public override void Run(Warp warp, uint lanes)
    {
        CountSectors(warp, lanes, store: false);
        while (lanes != 0)
        {
            var l = NextLane(ref lanes);
            ulong at = AddressOf(warp, l), target = warp.Registers[to + l] + (ulong)toOffset;
            // Bytes beyond those that are valid are zeros, and nobody reads where they would have come from.
            var bytes = (int)Math.Min((ulong)size, valid < 0 ? (ulong)size : warp.Registers[valid + l]);
            if (at % (ulong)size != 0 || target % (ulong)size != 0)
                throw warp.Fault(FaultKind.Misaligned, this, l, $"0x{at:X} or shared address {target}, of {size} bytes");
            if (bytes > 0 && !warp.Block.Launch.Memory.Contains(at, (ulong)bytes))
                throw warp.Fault(FaultKind.OutOfBounds, this, l,
                    $"{bytes} bytes at 0x{at:X}: {warp.Block.Launch.Memory.Nearest(at)}");
            if (!warp.Block.Shared.Contains(target, size))
                throw warp.Fault(FaultKind.OutOfBounds, this, l,
                    $"{size} bytes at shared address {target} of {warp.Block.Shared.Bytes}");
            var data = new byte[size];
            new ReadOnlySpan<byte>((void*)at, bytes).CopyTo(data);
            warp.Copies(l).Add(new((int)target, data, this));
        }
    }
}

/// <summary>A copy under way.</summary>
/// <param name="To">The shared address.</param>
/// <param name="Data">What will stand there.</param>
/// <param name="Step">Who began it.</param>
readonly record struct AsyncCopy(int To, byte[] Data, Step Step);

/// <summary>The copies of one thread, in the groups in which it waits for them.</summary>
sealed class AsyncCopies
{
    readonly Queue<List<AsyncCopy>> groups = new();
    List<AsyncCopy> open = [];

    public void Add(AsyncCopy copy) => open.Add(copy);

    /// <summary><c>cp.async.commit_group</c>.</summary>
    public void Commit()
    {
        groups.Enqueue(open);
        open = [];
    }

    /// <summary><c>cp.async.wait_group n</c>: all but the last n groups have arrived.</summary>
    public IEnumerable<AsyncCopy> ArrivedButFor(int pending)
    {
        while (groups.Count > pending)
            foreach (var copy in groups.Dequeue()) yield return copy;
    }
}

/// <summary><c>cp.async.commit_group</c>, <c>wait_group</c> and <c>wait_all</c>.</summary>
/// <param name="instruction">The instruction.</param>
/// <param name="commits">Whether the copies so far become a group.</param>
/// <param name="pending">How many groups may still be under way; −1 where nothing is waited for.</param>
sealed class AsyncGroupStep(Instruction instruction, bool commits, int pending) : Step(instruction)
{
    public override void Run(Warp warp, uint lanes)
    {
        while (lanes != 0)
        {
            var l = NextLane(ref lanes);
            var copies = warp.Copies(l);
            if (commits) copies.Commit();
            if (pending < 0) continue;
            foreach (var copy in copies.ArrivedButFor(pending))
                if (warp.Block.Shared.Write(copy.To, copy.Data, warp.ThreadOf(l), warp.Epoch) is { } fault)
                    throw warp.Fault(fault, copy.Step, l, $"{copy.Data.Length} bytes at shared address {copy.To}");
        }
    }
}
