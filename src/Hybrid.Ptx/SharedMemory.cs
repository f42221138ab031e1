namespace Hybrid.Ptx;

/// <summary>A block's shared memory, and who touched which byte since the last barrier.</summary>
/// <remarks>
/// Two threads conflict at a byte if one of them writes and no barrier stands between them: one of the block, or, for
/// threads of one warp, one of the warp. That the lanes of a warp happen to run together here proves nothing about a
/// GPU, where each thread has its own program counter.
/// </remarks>
sealed class SharedMemory(int bytes)
{
    /// <summary>The last access of a kind: by whom, and in which spans between barriers.</summary>
    struct Access
    {
        public int Thread, Epoch, WarpEpoch;
    }

    /// <summary>In place of a thread: several of one warp have read, or of several warps.</summary>
    const int SeveralOfWarp = -1, SeveralOfBlock = -2;

    readonly byte[] memory = new byte[bytes];
    readonly Access[] written = new Access[bytes], read = new Access[bytes];
    readonly int[] warpOfReaders = new int[bytes];
    int epoch, firstEpoch = 1;

    public int Bytes => memory.Length;

    /// <summary>Everything is unwritten again: a new block.</summary>
    public void Begin() => firstEpoch = ++epoch;

    /// <summary>All threads of the block have met.</summary>
    public void Barrier() => epoch++;

    public bool Contains(ulong address, int size) => address + (ulong)size <= (ulong)memory.Length;

    /// <summary>What a read is: right, of bytes nobody wrote, or at odds with a writer.</summary>
    public FaultKind? Read(int address, Span<byte> to, int thread, int warpEpoch)
    {
        memory.AsSpan(address, to.Length).CopyTo(to);
        for (var i = address; i < address + to.Length; i++)
        {
            if (written[i].Epoch < firstEpoch) return FaultKind.UninitialisedShared;
            if (Conflicts(written[i], thread, warpEpoch)) return FaultKind.SharedRace;
            ref var access = ref read[i];
            var warp = thread >> 5;
            if (access.Epoch != epoch) (access.Thread, warpOfReaders[i]) = (thread, warp);
            else if (access.Thread != thread)
                access.Thread = warpOfReaders[i] == warp && access.Thread != SeveralOfBlock
                    ? SeveralOfWarp
                    : SeveralOfBlock;
            (access.Epoch, access.WarpEpoch) = (epoch, warpEpoch);
        }
        return null;
    }

    /// <summary>What a write is: right, or at odds with another writer or a reader.</summary>
    public FaultKind? Write(int address, ReadOnlySpan<byte> from, int thread, int warpEpoch)
    {
        for (var i = address; i < address + from.Length; i++)
        {
            if (Conflicts(written[i], thread, warpEpoch) || ReadersConflict(i, thread, warpEpoch))
                return FaultKind.SharedRace;
            written[i] = new() { Thread = thread, Epoch = epoch, WarpEpoch = warpEpoch };
        }
        from.CopyTo(memory.AsSpan(address));
        return null;
    }

    /// <summary>An atomic step: ordered against other atomic steps, so only earlier plain accesses matter.</summary>
    public FaultKind? Update(int address, int size, Func<ulong, ulong> change, out ulong old)
    {
        old = 0;
        for (var i = size - 1; i >= 0; i--) old = old << 8 | memory[address + i];
        for (var i = address; i < address + size; i++)
            if (written[i].Epoch < firstEpoch) return FaultKind.UninitialisedShared;
        var changed = change(old);
        for (var i = 0; i < size; i++) memory[address + i] = (byte)(changed >> (8 * i));
        return null;
    }

    #region conflicts
    bool Conflicts(in Access access, int thread, int warpEpoch) =>
        access.Epoch == epoch && access.Thread != thread
        && !(access.Thread >> 5 == thread >> 5 && access.WarpEpoch < warpEpoch);
    #endregion

    bool ReadersConflict(int at, int thread, int warpEpoch)
    {
        ref var access = ref read[at];
        if (access.Epoch != epoch || access.Thread == thread) return false;
        if (access.Thread == SeveralOfBlock) return true;
        return !(warpOfReaders[at] == thread >> 5 && access.WarpEpoch < warpEpoch);
    }
}
