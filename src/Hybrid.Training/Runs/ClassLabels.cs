using Hybrid.Devices;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>
/// The classes of a set of images on a device, one 1 a row, read in the order of the images.
/// </summary>
public sealed class ClassLabels
{
    readonly Device device;
    readonly Tensor rows, order;
    readonly int[] classes;

    /// <summary>Uploads the first label of every image.</summary>
    public ClassLabels(Device device, ImageSet images, int classes)
    {
        this.device = device;
        this.classes = Of(images);
        Counts = new int[classes];
        var oneHot = new float[images.N * classes];
        for (var n = 0; n < images.N; n++)
        {
            oneHot[n * classes + this.classes[n]] = 1;
            Counts[this.classes[n]]++;
        }
        rows = device.From(oneHot, images.N, classes);
        order = device.Arena.Allocate(images.N, 1);
        Order([.. Enumerable.Range(0, images.N)]);
    }

    /// <summary>Images of each class, [C].</summary>
    public int[] Counts { get; }

    /// <summary>The class of image n.</summary>
    public int this[int n] => classes[n];

    /// <summary>The order in which <see cref="Batch"/> reads; not during a step.</summary>
    public void Order(ReadOnlySpan<int> images) => device.Upload(images, order);

    /// <summary>As many rows as y[B, C] has, from place <paramref name="from"/> of the order on.</summary>
    public void Batch(int from, Tensor y) => device.Ops.GatherRows(rows, order.RowRange(from, y.Rows), y);

    /// <summary>C: one more than the greatest first label of both parts.</summary>
    /// <exception cref="UserError">There are no labels, or they are no classes.</exception>
    public static int Count(DataSplit data)
    {
        var classes = 1 + Math.Max(Of(data.Train).Max(), Of(data.Test).Max());
        return classes > 1
            ? classes
            : throw new UserError(data.Train.Name, "holds one class only", "give data of at least two");
    }

    /// <summary>The first label of every image; null where there are none.</summary>
    /// <exception cref="UserError">They are no classes.</exception>
    internal static int[]? OfAny(ImageSet images) => images.LabelNames.Length == 0 ? null : Of(images);

    /// <summary>The first label of every image.</summary>
    /// <exception cref="UserError">There are no labels, or they are no classes.</exception>
    internal static int[] Of(ImageSet images)
    {
        const int most = 1000;
        if (images.LabelNames.Length == 0)
            throw new UserError(images.Name, "has no labels", "put the labels' IDX file beside the images");
        var classes = new int[images.N];
        for (var n = 0; n < images.N; n++)
        {
            var label = images.LabelsOf(n)[0];
            if (!(label is >= 0 and < most) || label != Math.Floor(label))
                throw new UserError(images.Name, FormattableString.Invariant($"image {n} has the label {label}"),
                    $"give whole numbers from 0 to {most - 1}");
            classes[n] = (int)label;
        }
        return classes;
    }
}
