using System.Collections.Immutable;

namespace Hybrid.Training.Data;

/// <summary>Real images from disk: MNIST, Fashion-MNIST and their kin.</summary>
public static class Digits
{
    static readonly ImmutableArray<string> LabelNames = ["digit"];

    // As the archives name them, and as some mirrors do.
    static readonly string[] ImageSuffixes = ["-images-idx3-ubyte", "-images.idx3-ubyte"];

    /// <summary>
    /// A folder with <c>train-images…</c> and <c>t10k-images…</c>: these are the two parts. A folder with one
    /// of them, or the path of one IDX file: its last tenth is the test set (10,000 digits give 9,000 and
    /// 1,000). Pixels are byte / 255; labels come along where their file lies beside the images.
    /// </summary>
    /// <exception cref="UserError">Nothing there, a damaged file, counts or sizes that do not
    /// agree.</exception>
    public static DataSplit Load(string path)
    {
        if (!Directory.Exists(path)) return LastTenth(Read(path));

        var (train, test) = (Find(path, "train"), Find(path, "t10k"));
        if ((train, test) is (null, null))
            throw new UserError(path,
                "holds no train-images-idx3-ubyte or t10k-images-idx3-ubyte, plain or .gz",
                "name the folder that does");
        if (train is null || test is null) return LastTenth(Read((train ?? test)!));

        var split = new DataSplit(Read(train), Read(test));
        if ((split.Train.Height, split.Train.Width) != (split.Test.Height, split.Test.Width))
            throw new UserError(path, "holds train and t10k images of different sizes",
                "keep one data set a folder");
        return split;
    }

    static DataSplit LastTenth(ImageSet all)
    {
        if (all.N < 2)
            throw new UserError(all.Name, "holds one image only", "at least 2 are needed: train and test");
        var test = Math.Max(1, all.N / 10);
        return all.Split(all.N - test, test);
    }

    static string? Find(string folder, string part)
    {
        foreach (var suffix in ImageSuffixes)
        {
            var plain = Path.Combine(folder, part + suffix);
            if (File.Exists(plain)) return plain;
            if (File.Exists(plain + ".gz")) return plain + ".gz";
        }
        return null;
    }

    static ImageSet Read(string path)
    {
        var images = Idx.ReadImages(path);
        var pixels = new float[images.Pixels.Length];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = images.Pixels[i] / 255f;

        var labels = Labels(path, images.N);
        return ImageSet.Own(
            path, images.Height, images.Width, pixels, labels, labels is null ? [] : LabelNames);
    }

    static double[]? Labels(string imagePath, int n)
    {
        var name = Path.GetFileName(imagePath);
        var labelName = name.Replace("images-idx3", "labels-idx1").Replace("images.idx3", "labels.idx1");
        var path = Path.Combine(Path.GetDirectoryName(imagePath) ?? "", labelName);
        if (labelName == name || Beside(path) is not { } found) return null;

        var labels = Idx.ReadLabels(found);
        if (labels.Length != n)
            throw new UserError(found, $"has {labels.Length} labels for {n} images",
                "fetch both files again");
        return Array.ConvertAll(labels, label => (double)label);
    }

    // The labels may be packed where the images are not, and the other way round.
    static string? Beside(string path)
    {
        var other = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path + ".gz";
        return File.Exists(path) ? path : File.Exists(other) ? other : null;
    }
}
