using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Models.Tests;

/// <summary>Gradients that a plan writes, beside central differences of its objective.</summary>
static class Differences
{
    /// <summary>Of each parameter, along one direction of signs.</summary>
    /// <param name="device">Where they lie.</param>
    /// <param name="parameters">Values, and the gradient that a run writes.</param>
    /// <param name="objective">Runs, with the same noise each time, and reads the objective.</param>
    /// <remarks>
    /// A central difference of a plan's float32 objective with step h errs by its rounding over h, and by h² of the
    /// third derivative: with objectives near 10 and h = 2⁻⁶, about 10⁻⁴ each.
    /// </remarks>
    public static void MustBe(Device device, Parameters parameters, Func<double> objective)
    {
        const float H = 1f / 64;
        foreach (var spec in parameters.Specs)
        {
            var tensor = parameters.Value(spec.Name);
            objective();
            float[] start = device.ToArray(tensor), gradient = device.ToArray(parameters.GradientOf(spec.Name));
            var random = new Random(5);
            float[] direction = [.. start.Select(_ => random.Next(2) * 2f - 1)];
            var length = (float)(H / Math.Sqrt(start.Length));
            var computed = gradient.Zip(direction, (g, d) => g * d).Sum() / Math.Sqrt(start.Length);
            double At(float step)
            {
                device.Upload([.. start.Zip(direction, (s, d) => s + step * d)], tensor);
                return objective();
            }
            var difference = (At(length) - At(-length)) / (2 * H);
            device.Upload(start, tensor);
            Assert.That(computed, Is.EqualTo(difference).Within(1e-3 * (1 + Math.Abs(difference))), spec.Name);
        }
    }
}
