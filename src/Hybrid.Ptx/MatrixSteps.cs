namespace Hybrid.Ptx;

using static Arithmetic;

/// <summary>
/// <c>mma.sync</c>: D = A·B + C of a warp, on tensor cores: 16 × 8 outputs, factors in tf32 or bf16, sums in float.
/// </summary>
/// <remarks>
/// PTX ISA 8.0, §9.7.13. Products are exact. The manual leaves the order and the rounding of the sums open, "at least
/// single precision"; here each output is the exact sum, rounded once.
/// </remarks>
sealed class MatrixStep(Instruction instruction, int depth, bool brain, int[] d, int[] a, int[] b, int[] c)
    : Step(instruction)
{
    const int Rows = 16, Cols = 8;

    public override void Run(Warp warp, uint lanes)
    {
        if (lanes != uint.MaxValue)
            throw warp.Fault(FaultKind.InactiveSource, this, 0, $"only 0x{lanes:X8} of the warp are here");
        warp.Block.Launch.Counters.MatrixSteps++;
        var (left, right) = (new double[Rows, depth], new double[depth, Cols]);
        for (var l = 0; l < Warp.Lanes; l++)
        {
            for (var i = 0; i < a.Length; i++) Spread(warp.Registers[a[i] + l], l, i, left, LeftAt);
            for (var i = 0; i < b.Length; i++) Spread(warp.Registers[b[i] + l], l, i, right, RightAt);
        }
        var sums = new ulong[d.Length][];
        for (var i = 0; i < d.Length; i++)
        {
            sums[i] = new ulong[Warp.Lanes];
            for (var l = 0; l < Warp.Lanes; l++)
            {
                // c0, c1 lie in row l / 4, c2, c3 eight rows below; columns come in pairs.
                int row = l / 4 + 8 * (i / 2), column = 2 * (l % 4) + i % 2;
                double sum = F(warp.Registers[c[i] + l]);
                for (var k = 0; k < depth; k++) sum += left[row, k] * right[k, column];
                sums[i][l] = Bits((float)sum);
            }
        }
        for (var i = 0; i < d.Length; i++) sums[i].CopyTo(warp.Registers, d[i]);
    }

    /// <summary>The one number of a tf32 register, or the two of a bf16 register, to where they belong.</summary>
    void Spread(ulong bits, int lane, int register, double[,] matrix, Func<int, int, int, (int, int)> place)
    {
        if (!brain)
        {
            // The last 13 bits of a tf32 operand are not looked at.
            var (row, column) = place(lane, register, 0);
            matrix[row, column] = F(bits & 0xFFFFE000);
            return;
        }
        for (var half = 0; half < 2; half++)
        {
            var (row, column) = place(lane, register, half);
            matrix[row, column] = F((bits >> (16 * half) & 0xFFFF) << 16);
        }
    }

    /// <summary>Rows come in two groups of eight with every register, columns in halves with every second one.</summary>
    (int Row, int Column) LeftAt(int lane, int register, int half) => brain
        ? (lane / 4 + 8 * (register % 2), 2 * (lane % 4) + half + 8 * (register / 2))
        : (lane / 4 + 8 * (register % 2), lane % 4 + 4 * (register / 2));

    (int Row, int Column) RightAt(int lane, int register, int half) => brain
        ? (2 * (lane % 4) + half + 8 * register, lane / 4)
        : (lane % 4 + 4 * register, lane / 4);
}

/// <summary>
/// <c>ldmatrix</c>: 8 × 8 matrices of 16-bit numbers from shared memory, spread over the warp as <c>mma</c> wants them.
/// </summary>
/// <remarks>Lanes 8i … 8i + 7 give the addresses of the rows of matrix i.</remarks>
sealed class LoadMatrixStep(Instruction instruction, int address, long offset, int[] values, bool transposed)
    : MemoryStep(instruction, "shared", address, offset, [values[0]], "b16")
{
    const int Side = 8, RowBytes = 16;

    public override void Run(Warp warp, uint lanes)
    {
        if (lanes != uint.MaxValue)
            throw warp.Fault(FaultKind.InactiveSource, this, 0, $"only 0x{lanes:X8} of the warp are here");
        warp.Block.Launch.Counters.SharedRequests++;
        Span<byte> row = stackalloc byte[RowBytes];
        var matrix = new ushort[Side, Side];
        for (var m = 0; m < values.Length; m++)
        {
            CountRounds(warp, m);
            for (var r = 0; r < Side; r++)
            {
                int lane = m * Side + r;
                var at = AddressOf(warp, lane);
                if (at % RowBytes != 0)
                    throw warp.Fault(FaultKind.Misaligned, this, lane, $"a row at shared address {at}");
                if (!warp.Block.Shared.Contains(at, RowBytes))
                    throw warp.Fault(FaultKind.OutOfBounds, this, lane,
                        $"a row at shared address {at} of {warp.Block.Shared.Bytes}");
                Check(warp.Block.Shared.Read((int)at, row, warp.ThreadOf(lane), warp.Epoch), warp, lane, at);
                for (var c = 0; c < Side; c++) matrix[r, c] = (ushort)(row[2 * c] | row[2 * c + 1] << 8);
            }
            for (var l = 0; l < Warp.Lanes; l++)
            {
                int r = l / 4, c = 2 * (l % 4);
                warp.Registers[values[m] + l] = transposed
                    ? matrix[c, r] | (ulong)matrix[c + 1, r] << 16
                    : matrix[r, c] | (ulong)matrix[r, c + 1] << 16;
            }
        }
    }

    /// <summary>A matrix is a round of 128 bytes, where its rows lie in different banks.</summary>
    void CountRounds(Warp warp, int matrix)
    {
        var counters = warp.Block.Launch.Counters;
        var rows = Enumerable.Range(matrix * Side, Side).Select(lane => AddressOf(warp, lane) / RowBytes).Distinct();
        var rounds = rows.GroupBy(row => row % (Banks * BankBytes / RowBytes)).Max(group => group.Count());
        counters.SharedRounds += rounds;
        counters.BankConflicts += rounds - 1;
    }
}
