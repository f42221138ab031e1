using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Hybrid.Formulas;

namespace Hybrid.Bench;

/// <summary>A formula over 4096 floats in the first cache, by width of lane.</summary>
/// <typeparam name="T">The lane.</typeparam>
[GenericTypeArguments(typeof(F32))]
[GenericTypeArguments(typeof(F32x8))]
[GenericTypeArguments(typeof(F32x16))]
[DisassemblyDiagnoser(maxDepth: 1, printSource: false)]
public unsafe class LaneBenchmarks<T> where T : unmanaged, IVectorLane<T>
{
    const int N = 4096;

    float* a, b, y;

    [GlobalSetup]
    public void Allocate()
    {
        a = Floats();
        b = Floats();
        y = Floats();
        for (var i = 0; i < N; i++)
        {
            a[i] = 8f * i / N - 4;
            b[i] = 4f * (i * 7 % N) / N - 3;
        }

        static float* Floats() => (float*)NativeMemory.AlignedAlloc(N * sizeof(float), 64);
    }

    [GlobalCleanup]
    public void Free()
    {
        NativeMemory.AlignedFree(a);
        NativeMemory.AlignedFree(b);
        NativeMemory.AlignedFree(y);
    }

    [Benchmark(OperationsPerInvoke = N)]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Exp()
    {
        for (var i = 0; i < N; i += T.Width) T.Store(T.Exp(T.Load(a + i)), y + i);
    }

    [Benchmark(OperationsPerInvoke = N)]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Softplus()
    {
        for (var i = 0; i < N; i += T.Width) T.Store(T.Softplus(T.Load(a + i)), y + i);
    }

    [Benchmark(OperationsPerInvoke = N)]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void KlStandardNormal()
    {
        for (var i = 0; i < N; i += T.Width)
            T.Store(Formulas.KlStandardNormal.Apply(T.Load(a + i), T.Load(b + i)), y + i);
    }
}
