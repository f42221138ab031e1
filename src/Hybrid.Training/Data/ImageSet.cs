using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hybrid.Training.Data;

/// <summary>What a model trains on, and what it is measured on.</summary>
public sealed record DataSplit(ImageSet Train, ImageSet Test);

/// <summary>An immutable set of grey images, with or without labels.</summary>
/// <remarks>Pixels: [N, D] row-major with D = Height · Width, in [0, 1]. Labels: [N, K] row-major doubles (a
/// digit's class, a sprite's factors), K = number of label names, 0 without labels.</remarks>
public sealed class ImageSet
{
    readonly ReadOnlyMemory<float> pixels;
    readonly ReadOnlyMemory<double> labels;

    string? fingerprint;

    /// <summary>Copies and checks pixels and labels.</summary>
    /// <exception cref="UserError">No images, a size that does not fit, or a pixel that is NaN, infinite or
    /// outside [0, 1]: the message names the image and the pixel.</exception>
    public ImageSet(
        string name, int height, int width, ReadOnlySpan<float> pixels,
        ReadOnlySpan<double> labels = default, ImmutableArray<string> labelNames = default)
        : this(labelNames, name, height, width, pixels.ToArray(), labels.ToArray()) => Check();

    ImageSet(
        ImmutableArray<string> labelNames, string name, int height, int width,
        ReadOnlyMemory<float> pixels, ReadOnlyMemory<double> labels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        (Name, Height, Width, D) = (name, height, width, checked(height * width));
        (this.pixels, this.labels) = (pixels, labels);
        LabelNames = labelNames.IsDefault ? [] : labelNames;
        N = pixels.Length / D;
    }

    public string Name { get; }

    /// <summary>The first 16 hexadecimal digits of SHA-256 over all pixels: equal sets have equal ones.</summary>
    public string Fingerprint => fingerprint ??=
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(Pixels)))[..16];

    public int N { get; }

    public int Height { get; }

    public int Width { get; }

    /// <summary>Pixels of one image.</summary>
    public int D { get; }

    /// <summary>[N, D] row-major, each in [0, 1].</summary>
    public ReadOnlySpan<float> Pixels => pixels.Span;

    /// <summary>[N, K] row-major; empty without labels.</summary>
    public ReadOnlySpan<double> Labels => labels.Span;

    /// <summary>K names; none without labels.</summary>
    public ImmutableArray<string> LabelNames { get; }

    /// <summary>Image n, [D].</summary>
    public ReadOnlySpan<float> Image(int n) => Pixels.Slice(n * D, D);

    /// <summary>Labels of image n, [K].</summary>
    public ReadOnlySpan<double> LabelsOf(int n) => Labels.Slice(n * LabelNames.Length, LabelNames.Length);

    /// <exception cref="UserError">There are fewer images than a batch of a training run.</exception>
    public void RequireBatch(int batch)
    {
        if (N < batch)
            throw new UserError(
                $"--batch {batch}", $"is more than the {N} training images", "give a smaller batch");
    }

    /// <summary>The first <paramref name="train"/> and the last <paramref name="test"/> images; shares the
    /// pixels.</summary>
    /// <exception cref="UserError">A part is empty, or both together are more than there are.</exception>
    public DataSplit Split(int train, int test)
    {
        if (train < 1 || test < 1 || (long)train + test > N)
            throw new UserError(Name, $"{N} images cannot give {train} to train and {test} to test",
                $"ask for at least 1 of each and at most {N} together");
        return new(Rows($"{Name}/train", 0, train), Rows($"{Name}/test", N - test, test));
    }

    /// <summary>A set that keeps the arrays instead of copying them: for the readers of this project, which
    /// hand over what nobody else holds.</summary>
    internal static ImageSet Own(
        string name, int height, int width, float[] pixels, double[]? labels = null,
        ImmutableArray<string> labelNames = default)
    {
        var set = new ImageSet(labelNames, name, height, width, (ReadOnlyMemory<float>)pixels, labels ?? []);
        set.Check();
        return set;
    }

    ImageSet Rows(string name, int first, int count) =>
        new(LabelNames, name, Height, Width, pixels.Slice(first * D, count * D),
            labels.Slice(first * LabelNames.Length, count * LabelNames.Length));

    void Check()
    {
        if (pixels.Length != (long)N * D)
            throw new ArgumentException($"{pixels.Length} pixels are no whole number of images of {D}.");
        if (labels.Length != (long)N * LabelNames.Length)
            throw new ArgumentException($"{labels.Length} labels are not {N} · {LabelNames.Length}.");
        if (N == 0) throw new UserError(Name, "holds no images", "name a data set with images in it");

        var all = Pixels;
        for (var i = 0; i < all.Length; i++)
        {
            if (all[i] is >= 0 and <= 1) continue;   // false for NaN
            throw new UserError(
                Name, FormattableString.Invariant($"image {i / D} has {all[i]} at pixel {i % D}"),
                "scale the data to [0, 1] and remove what is not a number");
        }
    }
}
