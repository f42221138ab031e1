using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>
/// Copies the weights into panels that a tile reads as one stream: a task per (panel, tap).
/// </summary>
/// <remarks>
/// Forward, step (tap, ci) of a panel is a piece of the weights' row. Backward, taps go backwards and
/// rows become columns: step (tap, co) is w[(last − tap)·Ci + ci, co] for the panel's ci.
/// </remarks>
/// <param name="w">The weights, [k·k·Ci, Co].</param>
/// <param name="shape">The convolution.</param>
/// <param name="backward">For the adjoint of the input.</param>
/// <param name="to">The panels, one after another.</param>
readonly unsafe struct ConvPack<T>(View w, Conv2dShape shape, bool backward, float* to) : ICountedTasks
    where T : unmanaged, IVectorLane<T>
{
    readonly Panels panels = new(backward ? shape.Ci : shape.Co, T.Width);

    public int Tasks => panels.Count * shape.Taps;

    /// <summary>Words of all panels.</summary>
    public long Words => (long)panels.Padded * shape.Taps * Depth;

    /// <summary>Steps per tap.</summary>
    int Depth => backward ? shape.Co : shape.Ci;

    [MethodImpl(HotLoop.Options)]
    public void Run(int task, int worker)
    {
        int panel = task / shape.Taps, tap = task % shape.Taps;
        int first = panels.First(panel), cols = panels.Columns(panel), width = panels.Lanes(panel) * T.Width;
        var target = to + ((nint)first * shape.Taps + (nint)tap * width) * Depth;
        for (var k = 0; k < Depth; k++, target += width)
        {
            if (backward)
            {
                var from = w[(shape.Taps - 1 - tap) * shape.Ci + first] + k;
                for (var j = 0; j < cols; j++, from += w.Stride) target[j] = *from;
            }
            else new ReadOnlySpan<float>(w[tap * Depth + k] + first, cols).CopyTo(new(target, cols));
            new Span<float>(target + cols, width - cols).Clear();
        }
    }
}
