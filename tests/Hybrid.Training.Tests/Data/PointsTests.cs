using Hybrid.Training.Data;

namespace Hybrid.Training.Tests.Data;

/// <summary>Points from files and from densities.</summary>
[TestFixture]
public class PointsTests
{
    static Points Read(string text)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            return CsvPoints.Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestCase("1,2\n3,4\n")]
    [TestCase("x,y\n1,2\n\n3,4")]
    [TestCase("1;2\n3;4")]
    [TestCase("1\t 2\r\n3\t4\r\n")]
    public void A_point_a_line(string text)
    {
        var points = Read(text);
        Assert.That(points.Values, Is.EqualTo(new float[] { 1, 2, 3, 4 }));
        Assert.That((points.N, points.D), Is.EqualTo((2, 2)));
    }

    [TestCase("1,2\n3\n", "line 2 has 1 numbers")]
    [TestCase("1,2\n3,x\n", "line 2: 'x'")]
    [TestCase("1,x\n3,4\n", "line 1: 'x'")]
    [TestCase("1,2\n3,nan\n", "line 2: 'nan'")]
    [TestCase("1,2\n3,1e99\n", "line 2: '1e99'")]
    [TestCase("x,y\n", "no numbers")]
    public void A_mistake_names_its_line(string text, string problem) =>
        Assert.That(() => Read(text), Throws.TypeOf<UserError>().With.Message.Contains(problem));

    [TestCaseSource(typeof(Densities), nameof(Densities.Names))]
    public void Made_points_are_the_same_for_a_seed(string name)
    {
        var points = Points.Load(name, seed: 3);
        Assert.That((points.N, points.D), Is.EqualTo((10_000, 2)));
        Assert.That(Points.Load(name, seed: 3).Values, Is.EqualTo(points.Values));
        Assert.That(Points.Load(name, seed: 4).Values, Is.Not.EqualTo(points.Values));
    }

    [Test]
    public void Points_must_vary_and_suffice_for_the_components()
    {
        Assert.That(() => new Points("p", [1, 2, 1, 3], 2).RequireSpread(1),
            Throws.TypeOf<UserError>().With.Message.Contains("column 1"));
        Assert.That(() => new Points("p", [1, 2, 2, 3], 2).RequireSpread(3),
            Throws.TypeOf<UserError>().With.Message.Contains("--components 3"));
    }
}
