using Hybrid.Information;
using Hybrid.Training;
using Hybrid.Training.Files;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Hybrid.Reporting;

/// <summary>A rate–distortion frontier as SVG: D upwards, and at each height H − D ≤ I_q ≤ R.</summary>
/// <remarks>The file is written all or nothing.</remarks>
public static class FrontierPlot
{
    const int Width = 720, Height = 480;

    /// <summary>Length of a tangent, as a part of the range of rates.</summary>
    const double Tangent = 0.06;

    static readonly OxyColor
        RateColour = OxyColor.FromRgb(0x1F, 0x77, 0xB4), KnownColour = OxyColor.FromRgb(0xD6, 0x27, 0x28),
        BoundColour = OxyColors.Gray;

    /// <summary>Draws the points, β beside each, and through each a line of slope −β.</summary>
    /// <exception cref="UserError">The file cannot be written.</exception>
    public static void Write(string path, RateDistortionFrontier frontier) => AtomicFile.Write(path, stream =>
        new SvgExporter { Width = Width, Height = Height, UseVerticalTextAlignmentWorkaround = true }
            .Export(Model(frontier), stream));

    static PlotModel Model(RateDistortionFrontier frontier)
    {
        var points = frontier.Points;
        var model = new PlotModel { Title = "Rate and distortion", Background = OxyColors.White };
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "R, I_q, H − D (nats)", Minimum = 0 });
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "D (nats)" });
        model.Legends.Add(new Legend { LegendPosition = LegendPosition.RightTop });

        model.Series.Add(Line("R", RateColour, MarkerType.Circle, points.Select(p => (p.Rate, p.Distortion))));
        model.Series.Add(Line(
            "I_q", KnownColour, MarkerType.Diamond, points.Select(p => (p.MutualInformation, p.Distortion))));
        var proved = points.Select((p, i) => (X: frontier.Proved(i) ?? -1, p.Distortion)).Where(at => at.X >= 0);
        if (proved.Any()) model.Series.Add(Line("H − D", BoundColour, MarkerType.Square, proved));

        var range = points.Max(p => p.Rate) - points.Min(p => p.Rate);
        foreach (var point in points)
        {
            var tangent = new LineSeries
            {
                Title = point == points[0] ? "slope −β" : null, Color = OxyColors.Black, StrokeThickness = 1,
            };
            // From the left edge at most: no rate is below 0.
            foreach (var step in new[] { -Math.Min(Tangent * range, point.Rate), Tangent * range })
                tangent.Points.Add(new(point.Rate + step, point.Distortion - point.Beta * step));
            model.Series.Add(tangent);
            model.Annotations.Add(new TextAnnotation
            {
                Text = FormattableString.Invariant($"β {point.Beta}"),
                TextPosition = new(point.Rate, point.Distortion),
                TextHorizontalAlignment = HorizontalAlignment.Left,
                TextVerticalAlignment = VerticalAlignment.Bottom,
                Stroke = OxyColors.Transparent,
                Offset = new(8, -2),
            });
        }
        return model;
    }

    static LineSeries Line(
        string title, OxyColor colour, MarkerType marker, IEnumerable<(double X, double Y)> points)
    {
        var line = new LineSeries
        {
            Title = title, Color = colour, MarkerType = marker, MarkerFill = colour, MarkerSize = 3.5,
        };
        line.Points.AddRange(points.Select(at => new DataPoint(at.X, at.Y)));
        return line;
    }
}
