using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Hybrid.Formulas;

namespace Hybrid.Bench;

/// <summary>4096 uniform floats from Philox4x32-10, four words a call, by width of lane.</summary>
/// <typeparam name="TWord">The word lane.</typeparam>
/// <typeparam name="T">The float lane of the same width.</typeparam>
[GenericTypeArguments(typeof(U32), typeof(F32))]
[GenericTypeArguments(typeof(U32x8), typeof(F32x8))]
[GenericTypeArguments(typeof(U32x16), typeof(F32x16))]
[DisassemblyDiagnoser(maxDepth: 1, printSource: false)]
public unsafe class PhiloxBenchmarks<TWord, T>
    where TWord : unmanaged, IWordLane<TWord, T>
    where T : unmanaged, IVectorLane<T>
{
    const int N = 4096;

    float* y;

    [GlobalSetup]
    public void Allocate() => y = (float*)NativeMemory.AlignedAlloc(N * sizeof(float), 64);

    [GlobalCleanup]
    public void Free() => NativeMemory.AlignedFree(y);

    [Benchmark(OperationsPerInvoke = N)]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Uniforms()
    {
        var noise = new Noise(7, 1, 1);
        for (var i = 0; i < N; i += 4 * T.Width)
        {
            var words = Philox.Draw<TWord, T>(TWord.Const((uint)i) + TWord.Indices, 0, noise);
            T.Store(TWord.ToUnit(words.W0), y + i);
            T.Store(TWord.ToUnit(words.W1), y + i + T.Width);
            T.Store(TWord.ToUnit(words.W2), y + i + 2 * T.Width);
            T.Store(TWord.ToUnit(words.W3), y + i + 3 * T.Width);
        }
    }
}
