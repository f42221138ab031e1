using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>Images of a set whose class may be seen, as many of each class, and the others.</summary>
public static class LabelledRows
{
    /// <summary>Takes classes in turn, images of each in an order of the seed, until there are enough.</summary>
    /// <returns>
    /// The images with labels, and those without: null where all have one. Both in the order of the set.
    /// </returns>
    /// <exception cref="UserError">There are fewer images, or there are no classes.</exception>
    public static (ImageSet Labelled, ImageSet? Unlabelled) Split(ImageSet images, int labels, ulong seed)
    {
        if (labels > images.N)
            throw new UserError($"--labels {labels}", $"is more than the {images.N} training images", "give fewer");
        var order = new int[images.N];
        Shuffle.Epoch(seed, epoch: -1, order);
        var classes = ClassLabels.Of(images);
        var waiting = new Queue<int>[1 + classes.Max()];
        for (var c = 0; c < waiting.Length; c++) waiting[c] = [];
        foreach (var n in order) waiting[classes[n]].Enqueue(n);

        var chosen = new bool[images.N];
        for (int taken = 0, c = 0; taken < labels; c = (c + 1) % waiting.Length)
        {
            if (!waiting[c].TryDequeue(out var n)) continue;
            chosen[n] = true;
            taken++;
        }
        return (Rows(images, "labelled", labels, chosen, true)!,
            Rows(images, "unlabelled", images.N - labels, chosen, false));
    }

    static ImageSet? Rows(ImageSet images, string name, int count, bool[] chosen, bool wanted)
    {
        if (count == 0) return null;
        var (pixels, labels) = (new float[count * images.D], new double[count * images.LabelNames.Length]);
        var at = 0;
        for (var n = 0; n < images.N; n++)
        {
            if (chosen[n] != wanted) continue;
            images.Image(n).CopyTo(pixels.AsSpan(at * images.D));
            images.LabelsOf(n).CopyTo(labels.AsSpan(at * images.LabelNames.Length));
            at++;
        }
        return ImageSet.Own(
            $"{images.Name}/{name}", images.Height, images.Width, pixels, labels, images.LabelNames);
    }
}
