using Hybrid.Autodiff;
using Hybrid.Formulas;

namespace Hybrid.Models.Tests;

[TestFixture]
public class InitializationTests
{
    static float[] Values(ulong seed, int index) => Initialization.Uniform(new Shape(100, 100), 0.5, seed, index);

    [TestCase(Activation.Relu)]
    [TestCase(Activation.Silu)]
    [TestCase(Activation.Gelu)]
    public void One_sided_activations_keep_the_second_moment_with_He(Activation activation) =>
        Assert.That(Initialization.Bound(24, 7, activation), Is.EqualTo(Math.Sqrt(6.0 / 24)));

    [TestCase(Activation.Tanh)]
    [TestCase(Activation.Sigmoid)]
    [TestCase(Activation.Identity)]
    public void Others_balance_both_directions_with_Glorot(Activation activation) =>
        Assert.That(Initialization.Bound(24, 7, activation), Is.EqualTo(Math.Sqrt(6.0 / 31)));

    [Test]
    public void Values_fill_the_interval_evenly()
    {
        var values = Values(seed: 7, index: 3);
        Assert.That(values, Has.All.GreaterThanOrEqualTo(-0.5f).And.All.LessThan(0.5f));
        double sum = 0, squares = 0;
        foreach (var value in values) (sum, squares) = (sum + value, squares + (double)value * value);
        // Five standard errors of the mean and of the mean square of a uniform number in [−½, ½).
        Assert.That(sum / values.Length, Is.Zero.Within(5 * Math.Sqrt(1.0 / 12 / values.Length)));
        Assert.That(squares / values.Length,
            Is.EqualTo(1.0 / 12).Within(5 * Math.Sqrt((1.0 / 80 - 1.0 / 144) / values.Length)));
    }

    [Test]
    public void Equal_seeds_give_equal_values()
    {
        var (first, again) = (Values(7, 3), Values(7, 3));
        Assert.That(again, Is.EqualTo(first));
    }

    [TestCase(8ul, 3)]
    [TestCase(7ul, 4)]
    [TestCase(7ul | 1ul << 40, 3)]
    public void Another_seed_or_parameter_gives_others(ulong seed, int index)
    {
        var (first, second) = (Values(7, 3), Values(seed, index));
        var equal = 0;
        for (var i = 0; i < first.Length; i++)
            if (first[i] == second[i]) equal++;
        Assert.That(equal, Is.LessThan(5));
    }
}
