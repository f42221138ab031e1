using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>
/// A bottleneck's plane of two dimensions: where codes lie, and how sure its classifier is there.
/// </summary>
/// <remarks>Alemi et al. 2017, arXiv:1612.00410, figure 2.</remarks>
public sealed class CodePlane
{
    /// <summary>Cells along each side.</summary>
    public const int Side = 400;

    CodePlane(double extent, float[] doubt, float[] z, int[] classes) =>
        (Extent, Doubt, Z, Classes) = (extent, doubt, z, classes);

    /// <summary>Both dimensions go from −this to this.</summary>
    public double Extent { get; }

    /// <summary>
    /// H[q(y | z)] / ln C in the middle of each cell, [Side, Side]: 0 sure, 1 a guess; z₁ to the right, z₂ upwards.
    /// </summary>
    public float[] Doubt { get; }

    /// <summary>A draw for each image, [N, 2].</summary>
    public float[] Z { get; }

    /// <summary>Of the images, [N].</summary>
    public int[] Classes { get; }

    /// <summary>Of a model and images; the square holds every draw.</summary>
    /// <exception cref="UserError">The model has not two dimensions, or there are no classes.</exception>
    public static CodePlane Of(Vib vib, ImageSet images)
    {
        if (vib.Shape.Latent != 2)
            throw new UserError("plane", $"the model has {vib.Shape.Latent} latent dimensions, and a picture 2",
                "train one with --latent 2");
        var classes = ClassLabels.Of(images);
        var plan = vib.EvaluationPlan(images.N);
        vib.Device.Upload(images.Pixels, plan.X);
        vib.Device.Ops.Fill(plan.Y, 0);
        plan.Run(0);
        var z = vib.Device.ToArray(plan.Z);
        var extent = 1.05 * z.Max(Math.Abs);
        double Middle(int cell) => extent * ((2 * cell + 1.0) / Side - 1);
        var (cells, doubt) = (new float[2 * Side], new float[Side * Side]);
        var most = Math.Log(vib.Shape.Classes);
        for (var row = 0; row < Side; row++)
        {
            for (var i = 0; i < Side; i++) (cells[2 * i], cells[2 * i + 1]) = ((float)Middle(i), (float)-Middle(row));
            var probabilities = vib.Classify(cells);
            for (var i = 0; i < probabilities.Length; i++)
                if (probabilities[i] > 0)
                    doubt[row * Side + i / vib.Shape.Classes] -=
                        (float)(probabilities[i] * Math.Log(probabilities[i]) / most);
        }
        return new(extent, doubt, z, classes);
    }
}
