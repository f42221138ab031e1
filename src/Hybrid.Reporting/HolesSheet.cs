using Hybrid.Information;
using Hybrid.Training;

namespace Hybrid.Reporting;

/// <summary>A latent plane as three pictures side by side: p(z), q(z), and p(z) − q(z) where that is above 0.</summary>
public static class HolesSheet
{
    /// <summary>Writes the PNG; in all three, white is the prior's largest density or more.</summary>
    /// <exception cref="UserError">The path cannot be written.</exception>
    public static void Write(string path, DensityMap map)
    {
        var largest = map.Prior.Max();
        float[] grey = [.. map.Prior, .. map.Posterior, .. map.Holes];
        for (var i = 0; i < grey.Length; i++) grey[i] /= largest;
        PngSheet.Write(path, grey, new(DensityMap.Side, DensityMap.Side), new SheetLayout(Columns: 3, Scale: 1));
    }
}
