using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Docs.Tests.Exercises;

/// <summary>Chapter 5's exercise: delete the body of Nll, write your own, run this.</summary>
[TestFixture]
public sealed class Chapter05
{
    #region nll
    /// <summary>−log of the softmax probability of one score among all, with the host's bits.</summary>
    public static float Nll(float[] scores, int own)
    {
        var max = new F32(scores.Max());
        var terms = Array.ConvertAll(scores, s => InfoNceTerm.Apply(new F32(s), max).V);
        return InfoNce.Apply(new(Chapter03.SumOfRow(terms)), max, new F32(scores[own])).V;
    }
    #endregion

    [Test]
    public void Has_the_bits_of_the_host_device([Values(1, 7, 33, 100)] int n, [Values(0, 1000)] float shift)
    {
        var random = new Random(n);
        var scores = new float[n * n];
        for (var i = 0; i < scores.Length; i++) scores[i] = shift + 8 * random.NextSingle();
        using var device = new HostDevice(1);
        var nll = device.Arena.Allocate(n, 1);
        device.Ops.InfoNceRows(device.From(scores, n, n), nll);

        Assert.That(Enumerable.Range(0, n).Select(i => Nll(scores[(i * n)..((i + 1) * n)], i)),
            Is.EqualTo(device.ToArray(nll)));
    }
}
