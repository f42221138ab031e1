namespace Hybrid.Training.Data;

/// <summary>
/// What a diffusion learns: points in a few dimensions, pictures as rows of their grey levels, or a VAE's codes.
/// </summary>
public static class DiffusionData
{
    /// <summary>
    /// The real digits by name: <c>mnist:FOLDER</c>, or <c>mnist</c> where they lie in a usual place.
    /// </summary>
    const string Mnist = "mnist";

    static readonly string[] UsualPlaces = ["data/mnist", "../shared/data/mnist"];

    /// <summary>
    /// A density made here or a CSV file (<see cref="Points.Load"/>), the training part of a folder or file of pictures
    /// (<see cref="Digits.Load"/>), or <c>codes:</c> and a VAE's folder (<see cref="LatentCodes"/>).
    /// </summary>
    /// <exception cref="UserError">It cannot be read.</exception>
    public static Points Load(string data, ulong seed)
    {
        if (LatentCodes.IsName(data)) return LatentCodes.Of(data).ToTrain();
        return PathOfPictures(data) is { } path ? GreyLevels(Digits.Load(path).Train) : Points.Load(data, seed);
    }

    /// <summary>
    /// Other rows than training's where there are any (<see cref="Points.ToEvaluate"/>), at most so many.
    /// </summary>
    /// <exception cref="UserError">It cannot be read.</exception>
    public static Points ToEvaluate(string data, int rows, ulong seed)
    {
        if (LatentCodes.IsName(data)) return LatentCodes.Of(data).ToEvaluate(rows).Points;
        return PathOfPictures(data) is { } path
            ? GreyLevels(Digits.Load(path).Test).First(rows)
            : Points.ToEvaluate(data, rows, seed);
    }

    /// <summary>Data as a checkpoint names it: usable from any folder.</summary>
    public static string FullName(string data)
    {
        if (LatentCodes.IsName(data)) return LatentCodes.FullName(data);
        return PathOfPictures(data) is { } path ? Path.GetFullPath(path) : Points.FullName(data);
    }

    static Points GreyLevels(ImageSet images)
    {
        var levels = new float[images.Pixels.Length];
        for (var i = 0; i < levels.Length; i++) levels[i] = MathF.Round(255 * images.Pixels[i]);
        return new(images.Name, levels, images.D)
        {
            Picture = (images.Height, images.Width), Classes = ClassLabels.OfAny(images),
        };
    }

    static string? PathOfPictures(string data)
    {
        if (data == Mnist)
            return UsualPlaces.FirstOrDefault(Directory.Exists)
                ?? throw new UserError($"--data {Mnist}", $"is in none of {string.Join(", ", UsualPlaces)}",
                    $"name the folder of its IDX files: {Mnist}:FOLDER");
        if (data.StartsWith($"{Mnist}:", StringComparison.Ordinal)) return data[(Mnist.Length + 1)..];
        return Directory.Exists(data) || IsIdx(data) ? data : null;
    }

    /// <summary>Whether a file starts as IDX does, plain (type 8 behind two zeros) or packed by gzip.</summary>
    static bool IsIdx(string path)
    {
        if (!File.Exists(path)) return false;
        return Files.FileErrors.Reading(path, () =>
        {
            using var stream = File.OpenRead(path);
            return (stream.ReadByte(), stream.ReadByte(), stream.ReadByte()) is (0, 0, 8) or (0x1f, 0x8b, _);
        });
    }
}
