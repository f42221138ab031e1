using Hybrid.Bench.Comparison;
using Hybrid.Training.Checkpoints;

namespace Hybrid.Bench.Tests.Comparison;

[TestFixture]
public class CheckTests
{
    [Test]
    public void Losses_within_a_thousandth_pass() =>
        Assert.That(Checks.OfLosses([500f, 499f], [500.4f, 499.4f]), Is.LessThan(1));

    [Test]
    public void A_loss_that_is_off_by_more_fails() =>
        Assert.That(Checks.OfLosses([500f, 499f], [500f, 499.6f]), Is.GreaterThan(1));

    [TestCase(new float[0])]
    [TestCase(new[] { 1f })]
    [TestCase(new[] { 1f, float.NaN })]
    [TestCase(new[] { 1f, float.PositiveInfinity })]
    public void Missing_and_infinite_losses_fail(float[] losses) =>
        Assert.That(Checks.OfLosses([1f, 1f], losses), Is.EqualTo(double.PositiveInfinity));

    [TestCase("gemm/NN 128x20x256")]
    [TestCase("gemm/NT 128x256x20")]
    [TestCase("gemm/TN 256x20x128")]
    [TestCase("elementwise/Exp 65536")]
    [TestCase("elementwise/Log 65536")]
    [TestCase("elementwise/Tanh 65536")]
    [TestCase("elementwise/Silu 65536")]
    [TestCase("elementwise/Softplus 65536")]
    [TestCase("elementwise/Adam 65536")]
    [TestCase("elementwise/BceForwardBackward 65536")]
    [TestCase("elementwise/Normals 65536")]
    [TestCase("pairs/N2000 D20")]
    public void Our_numbers_pass_and_numbers_that_are_a_little_off_do_not(string name)
    {
        var work = PeerCases.Named(name);
        var folder = Directory.CreateTempSubdirectory("hybrid-peers-tests-").FullName;
        try
        {
            var file = Path.Combine(folder, "data.safetensors");
            PeerData.Write(file, [work]);
            var data = new PeerData(SafetensorsFile.Read(file));
            var job = new PeerJob(
                PeerImplementation.Ours, PeerMode.Check, 1, PeerOptions.Host, Stopping.Quick, file, file, []);
            using var library = new HybridLibrary(job);
            using var opened = library.Open(work, data);
            var results = opened.Results();

            Assert.That(Checks.OfOutputs(work, data, results), Is.LessThanOrEqualTo(1));
            for (var i = 0; i < results.Length; i++) results[i] *= 1.05f;
            Assert.That(Checks.OfOutputs(work, data, results), Is.GreaterThan(1));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
