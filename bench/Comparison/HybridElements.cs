using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Bench.Comparison;

/// <summary>Functions of one number at a time, as this project computes them.</summary>
static class HybridElements
{
    const int Row = ElementCase.Row;

    public static IPeerWork Open(Device device, ElementCase work, PeerData data)
    {
        var n = work.N;
        switch (work.Function)
        {
            case ElementFunction.Normals: return Normals(device, n);
            case ElementFunction.BceForwardBackward: return Bce(device, n, data);
            case ElementFunction.Adam: return Adam(device, n, data);
            case ElementFunction.Tanh: return Activate(device, Activation.Tanh, data.X(n));
            case ElementFunction.Silu: return Activate(device, Activation.Silu, data.X(n));
        }
        if (device is not HostDevice) throw new NotSupportedException("is no operation of its own on a GPU");
        return work.Function switch
        {
            ElementFunction.Exp => new LaneWork<Exponential>(data.X(n)),
            ElementFunction.Log => new LaneWork<Logarithm>(data.T(n)),
            _ => new LaneWork<SoftplusFormula>(data.X(n)),
        };
    }

    static HybridWork Normals(Device device, int n)
    {
        var y = device.Arena.Allocate(n / Row, Row);
        var step = 0u;
        return new(device, () => device.Ops.Normals(y, new Noise(PeerData.Seed, step++, 1)), y);
    }

    static HybridWork Bce(Device device, int n, PeerData data)
    {
        Tensor logits = device.From(data.X(n), n / Row, Row), x = device.From(data.T(n), n / Row, Row);
        Tensor nll = device.Arena.Allocate(n / Row, 1), dLogits = device.Arena.Allocate(n / Row, Row);
        var one = device.Arena.Allocate(n / Row, 1);
        device.Ops.Fill(one, 1);
        return new(device, () => device.Ops.BernoulliNllRowsWithGrad(logits, x, one, nll, dLogits), dLogits);
    }

    static HybridWork Adam(Device device, int n, PeerData data)
    {
        Tensor p = device.From(data.X(n), n, 1), g = device.From(data.T(n), n, 1);
        Tensor m = device.Arena.Allocate(n, 1), v = device.Arena.Allocate(n, 1);
        var t = 0L;
        return new(device,
            () => device.Ops.Adam(p, g, m, v, AdamStep.At(++t, StepCase.LearningRate)), p);
    }

    static HybridWork Activate(Device device, Activation activation, ReadOnlySpan<float> values)
    {
        var x = device.From(values, values.Length / Row, Row);
        var y = device.Arena.Allocate(values.Length / Row, Row);
        return new(device, () => device.Ops.Activate(activation, x, y), y);
    }

    readonly struct Exponential : IFormula1
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T>(T x) where T : unmanaged, ILane<T> => T.Exp(x);
    }

    readonly struct Logarithm : IFormula1
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T>(T x) where T : unmanaged, ILane<T> => T.Log(x);
    }

    readonly struct SoftplusFormula : IFormula1
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T>(T x) where T : unmanaged, ILane<T> => T.Softplus(x);
    }
}

/// <summary>A formula over aligned memory: functions that are no operation of their own.</summary>
sealed unsafe class LaneWork<TFormula> : IPeerWork where TFormula : IFormula1
{
    const int Alignment = 64;

    readonly float* x, y;
    readonly int n;

    public LaneWork(ReadOnlySpan<float> values)
    {
        n = values.Length;
        x = (float*)NativeMemory.AlignedAlloc((nuint)n * sizeof(float), Alignment);
        y = (float*)NativeMemory.AlignedAlloc((nuint)n * sizeof(float), Alignment);
        values.CopyTo(new(x, n));
        new Span<float>(y, n).Clear();
    }

    public void Run()
    {
        if (Avx512F.IsSupported) Loop<F32x16>();
        else if (Avx2.IsSupported) Loop<F32x8>();
        else Loop<F32x4>();
    }

    /// <summary>Whole registers only: the cases' lengths are multiples of 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Loop<T>() where T : unmanaged, IVectorLane<T>
    {
        for (var i = 0; i < n; i += T.Width) T.Store(TFormula.Apply(T.Load(x + i)), y + i);
    }

    public float[] Results()
    {
        Run();
        return new ReadOnlySpan<float>(y, n).ToArray();
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(x);
        NativeMemory.AlignedFree(y);
    }
}
