using System.Runtime.CompilerServices;
using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>Starting values of parameters: uniform, from counters, the same on every machine.</summary>
public static class Initialization
{
    /// <summary>He 2015 for activations that are 0 on one side, Glorot 2010 for the others.</summary>
    public static double Bound(int fanIn, int fanOut, Activation activation) => activation switch
    {
        Activation.Relu or Activation.Silu or Activation.Gelu => Math.Sqrt(6.0 / fanIn),
        _ => Math.Sqrt(6.0 / (fanIn + fanOut)),
    };

    /// <summary>Values uniform in [−bound, bound): parameter number <paramref name="index"/> of the model.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float[] Uniform(Shape shape, double bound, ulong seed, int index)
    {
        var values = new float[shape.Rows * shape.Cols];
        var noise = new Noise(seed, (uint)index, Streams.Initialization);
        for (var i = 0; i < values.Length; i++)
        {
            var words = Philox.Draw<U32, F32>(new U32((uint)i), 0, noise);
            values[i] = (float)bound * (2 * U32.ToUnit(words.W0).V - 1);
        }
        return values;
    }

    /// <summary>All parameters of a model on a device, each uniform within its own bound.</summary>
    public static Parameters Parameters(
        Device device, IReadOnlyList<(ParameterSpec Spec, double Bound)> starts, ulong seed)
    {
        var parameters = new Parameters(device, [.. starts.Select(start => start.Spec)]);
        for (var i = 0; i < starts.Count; i++)
        {
            var (spec, bound) = starts[i];
            device.Upload(Uniform(spec.Shape, bound, seed, i), parameters.Value(spec.Name));
        }
        return parameters;
    }
}

/// <summary>Which noise a number belongs to, so that two uses of one seed never share numbers.</summary>
/// <remarks>A graph numbers its own draws 1, 2, 3 …; these lie far above.</remarks>
public static class Streams
{
    public const uint Binarize = 1001;
    public const uint Prior = 1002;
    public const uint Initialization = 1003;
    public const uint Data = 1004;
    public const uint Component = 1005;
    public const uint BinarizeUnlabelled = 1006;
}
