using Hybrid.Training.Data;

namespace Hybrid.Training.Tests.Data;

[TestFixture]
public sealed class DigitsTests
{
    // Every pixel of image i is i, its label i mod 10.
    static byte[] Images(int n, int height = 2, int width = 2)
    {
        var d = height * width;
        return IdxTests.Bytes(8, [n, height, width], [.. Enumerable.Range(0, n * d).Select(i =>
            (byte)(i / d))]);
    }

    static byte[] Labels(int n) =>
        IdxTests.Bytes(8, [n], [.. Enumerable.Range(0, n).Select(i => (byte)(i % 10))]);

    [Test]
    public void Reads_the_two_parts_of_a_whole_data_set()
    {
        using var folder = new TempFolder();
        folder.With("train-images-idx3-ubyte.gz", IdxTests.Gzip(Images(6)));
        folder.With("train-labels-idx1-ubyte.gz", IdxTests.Gzip(Labels(6)));
        folder.With("t10k-images-idx3-ubyte", Images(3));
        folder.With("t10k-labels-idx1-ubyte", Labels(3));

        var (train, test) = Digits.Load(folder.Path);

        Assert.That((train.N, test.N, train.D), Is.EqualTo((6, 3, 4)));
        Assert.That(train.Image(5).ToArray(), Is.All.EqualTo(5 / 255f));
        Assert.That(test.Labels.ToArray(), Is.EqualTo(new[] { 0.0, 1, 2 }));
    }

    [TestCase("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")]
    [TestCase("train-images.idx3-ubyte", "train-labels.idx1-ubyte")]
    public void Splits_a_lone_part(string images, string labels)
    {
        using var folder = new TempFolder();
        folder.With(images, Images(40));
        folder.With(labels, Labels(40));

        var (train, test) = Digits.Load(folder.Path);

        Assert.That((train.N, test.N), Is.EqualTo((36, 4)));
        Assert.That(test.Image(0).ToArray(), Is.All.EqualTo(36 / 255f));
        Assert.That(test.LabelsOf(3).ToArray(), Is.EqualTo(new[] { 9.0 }));
        Assert.That(test.LabelNames, Is.EqualTo(new[] { "digit" }));
    }

    [Test]
    public void Takes_the_path_of_one_file_with_or_without_labels()
    {
        using var folder = new TempFolder();
        var (train, test) = Digits.Load(folder.With("anything.idx", Images(11)));
        Assert.That((train.N, test.N, train.LabelNames.Length), Is.EqualTo((10, 1, 0)));
    }

    [Test]
    public void Finds_packed_labels_beside_plain_images()
    {
        using var folder = new TempFolder();
        folder.With("t10k-labels-idx1-ubyte.gz", IdxTests.Gzip(Labels(10)));
        var (train, _) = Digits.Load(folder.With("t10k-images-idx3-ubyte", Images(10)));
        Assert.That(train.LabelsOf(7)[0], Is.EqualTo(7));
    }

    [Test]
    public void Says_what_does_not_fit()
    {
        using var folder = new TempFolder();
        Expect.UserError(() => Digits.Load(folder.Path), folder.Path, "t10k-images-idx3-ubyte");
        Expect.UserError(() => Digits.Load(folder.At("none")), folder.At("none"), "does not exist");
        Expect.UserError(() => Digits.Load(folder.With("lone", Images(1))), "lone", "one image");

        folder.With("train-images-idx3-ubyte", Images(4));
        var labels = folder.With("train-labels-idx1-ubyte", Labels(5));
        Expect.UserError(() => Digits.Load(folder.Path), labels, "5 labels for 4 images");

        File.Delete(labels);
        folder.With("t10k-images-idx3-ubyte", Images(4, width: 3));
        Expect.UserError(() => Digits.Load(folder.Path), folder.Path, "different sizes");
    }

    [Test]
    public void Reads_the_real_digits()
    {
        var (train, test) = Digits.Load(Repository.Mnist());

        Assert.That((train.N, test.N, train.Height, train.Width), Is.EqualTo((9_000, 1_000, 28, 28)));
        Assert.That(train.Labels[..10].ToArray(), Is.EqualTo(new double[] { 7, 2, 1, 0, 4, 1, 4, 9, 5, 9 }));
        var byDigit = new int[10];
        foreach (var digit in train.Labels) byDigit[(int)digit]++;
        foreach (var digit in test.Labels) byDigit[(int)digit]++;
        // The counts that the MNIST test set is known for.
        Assert.That(byDigit, Is.EqualTo(new[] { 980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009 }));
    }
}
