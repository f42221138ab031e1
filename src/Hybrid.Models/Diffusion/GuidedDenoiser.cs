using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>A network that is told classes and goes further to them, as samplers on a device ask for it.</summary>
/// <remarks>
/// The network runs on its device; what is made of its one or two answers is <see cref="Guidance"/>, in double
/// precision.
/// </remarks>
public sealed class GuidedDenoiser
{
    readonly Device device;
    readonly DenoiserOnHost free;
    readonly Func<DenoiserOnHost, DenoiseRows> guided;

    /// <param name="denoiser">The network.</param>
    /// <param name="target">What it answers with.</param>
    /// <param name="scale">How many times the way to the class: 0 is p(x), 1 is p(x | y).</param>
    /// <param name="rescale">φ, part of the way back to the spread of p(x | y)'s answers.</param>
    public GuidedDenoiser(Denoiser denoiser, PredictionTarget target, double scale = 1, double rescale = 0)
    {
        (device, free) = (denoiser.Device, new(denoiser, target));
        guided = scale switch
        {
            // One answer is enough at either end.
            0 => _ => free.Denoise,
            1 => told => told.Denoise,
            _ => told => Guidance.Of(free.Denoise, told.Denoise, scale, denoiser.DataDim, rescale, target),
        };
    }

    /// <summary>x̂ of z[B, D], all at one log-SNR, where row b is of class <paramref name="classes"/>[b].</summary>
    /// <exception cref="ArgumentException">
    /// A class that the network does not know, or a part of the way back that is none.
    /// </exception>
    public DenoiseTensor For(int[] classes)
    {
        var denoise = guided(free.Told(classes));
        return (z, logSnr, data) =>
        {
            var points = device.ToArray(z);
            var answers = new double[points.Length];
            denoise(Array.ConvertAll(points, value => (double)value), logSnr, answers);
            device.Upload(Array.ConvertAll(answers, value => (float)value), data);
        };
    }
}
