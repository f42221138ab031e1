namespace Hybrid.Training.Tests;

[TestFixture]
public class EmpiricalEntropyTests
{
    [Test]
    public void Different_images_are_ln_N()
    {
        var x = Enumerable.Range(0, 7 * 3).Select(i => (float)i).ToArray();
        Assert.That(EmpiricalEntropy.Of(x, 3), Is.EqualTo(Math.Log(7)).Within(1e-15));
    }

    [Test]
    public void Equal_images_are_one()
    {
        Assert.That(EmpiricalEntropy.Of(new float[40], 4), Is.Zero);
        // Chances ½, ¼, ¼.
        Assert.That(EmpiricalEntropy.Of([1, 2, 1, 3], 1), Is.EqualTo(1.5 * Math.Log(2)).Within(1e-15));
    }
}
