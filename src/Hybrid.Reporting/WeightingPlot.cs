using Hybrid.Models;
using Hybrid.Training;
using Hybrid.Training.Files;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Hybrid.Reporting;

/// <summary>w(λ) of a loss as SVG, its largest value 1, with the verdict for a title.</summary>
/// <remarks>The file is written all or nothing.</remarks>
public static class WeightingPlot
{
    const int Width = 720, Height = 400;

    /// <summary>Draws the curve, clean levels to the left.</summary>
    /// <exception cref="UserError">The file cannot be written.</exception>
    public static void Write(string path, WeightingAnalysis analysis) => AtomicFile.Write(path, stream =>
        new SvgExporter { Width = Width, Height = Height, UseVerticalTextAlignmentWorkaround = true }
            .Export(Model(analysis), stream));

    static PlotModel Model(WeightingAnalysis analysis)
    {
        var model = new PlotModel
        {
            Title = $"{analysis.Weighting}, {analysis.Schedule} schedule", TitleFontWeight = FontWeights.Normal,
            Subtitle = analysis.IsMixtureOfBounds ? "a mixture of ELBOs" : "no mixture of ELBOs",
            Background = OxyColors.White,
        };
        // Noise to the right, as time runs.
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Bottom, Title = "λ = log α²/σ²", StartPosition = 1, EndPosition = 0,
        });
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "w(λ)", Minimum = 0, Maximum = 1.05 });
        var line = new LineSeries { Color = OxyColor.FromRgb(0x1F, 0x77, 0xB4) };
        var largest = analysis.Weight.Max();
        for (var i = 0; i < analysis.Weight.Length; i++)
            line.Points.Add(new(analysis.LogSnr[i], analysis.Weight[i] / largest));
        model.Series.Add(line);
        return model;
    }
}
