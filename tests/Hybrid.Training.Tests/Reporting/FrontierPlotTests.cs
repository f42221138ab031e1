using System.Xml.Linq;
using Hybrid.Information;
using Hybrid.Reporting;

namespace Hybrid.Training.Tests.Reporting;

[TestFixture]
public class FrontierPlotTests
{
    static readonly RateDistortionPoint[] Points =
    [
        new(0.5, 70, 20, 6.5, 8), new(1, 75, 13, 6, 7), new(4, 90, 5, 4, 3), new(16, 120, 0, 0, 0),
    ];

    static string[] Texts(string path) =>
        [.. XDocument.Load(path).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)];

    [Test]
    public void Is_a_picture_that_names_every_beta()
    {
        using var folder = new TempFolder();
        FrontierPlot.Write(folder.At("a.svg"), new(Points, entropy: null));
        Assert.That(Texts(folder.At("a.svg")),
            Is.SupersetOf(new[] { "β 0.5", "β 1", "β 4", "β 16", "R", "I_q", "slope −β" }));
        Assert.That(Texts(folder.At("a.svg")), Has.None.EqualTo("H − D"), "H is not known");
    }

    [Test]
    public void Draws_the_lower_bound_where_it_says_something()
    {
        using var folder = new TempFolder();
        FrontierPlot.Write(folder.At("a.svg"), new(Points, entropy: 80));
        Assert.That(Texts(folder.At("a.svg")), Has.One.EqualTo("H − D"));
        FrontierPlot.Write(folder.At("a.svg"), new(Points, entropy: 60));
        Assert.That(Texts(folder.At("a.svg")), Has.None.EqualTo("H − D"), "all below 0");
    }

    [Test]
    public void Is_the_same_every_time_and_one_point_is_enough()
    {
        using var folder = new TempFolder();
        foreach (var name in new[] { "a.svg", "b.svg" }) FrontierPlot.Write(folder.At(name), new(Points[..1], null));
        Assert.That(File.ReadAllBytes(folder.At("a.svg")), Is.EqualTo(File.ReadAllBytes(folder.At("b.svg"))));
    }
}
