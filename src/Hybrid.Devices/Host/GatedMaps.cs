using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>y = x + gate·h, a gate for as many rows.</summary>
readonly struct AddGatedMap<T>(View x, View h, View gate, View y, int perGate) : IMap<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count) => y.Store(
        Gated.Apply(x.Load<T>(row, d, count), h.Load<T>(row, d, count), gate.Load<T>(row / perGate, d, count)),
        row, d, count);
}

/// <summary>dh = gate·dy, dGate = Σ dy·h over the rows of a gate: tasks are gates.</summary>
readonly struct AddGatedGradRange<T>(View h, View gate, View dy, View dh, View dGate, int cols, int perGate) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(HotLoop.Options)]
    public void Run(int from, int to)
    {
        for (var b = from; b < to; b++)
            for (var d = 0; d < cols; d += T.Width)
            {
                var count = Math.Min(T.Width, cols - d);
                T open = gate.Load<T>(b, d, count), sum = default;
                for (var row = b * perGate; row < (b + 1) * perGate; row++)
                {
                    var adjoint = dy.Load<T>(row, d, count);
                    sum = T.Fma(adjoint, h.Load<T>(row, d, count), sum);
                    dh.Store(open * adjoint, row, d, count);
                }
                dGate.Store(sum, b, d, count);
            }
    }
}

/// <summary>Every matrix of blocks transposed: a row of y is a column of blocks of x.</summary>
readonly unsafe struct TransposeBlocksRange(View x, View y, int high, int places, int width) : IRowRange
{
    public void Run(int from, int to)
    {
        for (var row = from; row < to; row++)
        {
            int matrix = row / places, place = row % places;
            for (var i = 0; i < high; i++)
                new ReadOnlySpan<float>(x[matrix * high + i] + place * width, width)
                    .CopyTo(new(y[row] + i * width, width));
        }
    }
}
