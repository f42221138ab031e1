namespace Hybrid.Training.Checkpoints;

/// <summary>What a checkpoint holds: each says so in a note.</summary>
public static class ModelFile
{
    /// <summary>The note's key, and that of a run's options.</summary>
    public const string KindKey = "hybrid.model", OptionsKey = "hybrid.options";

    /// <summary>Such as <c>vae</c>; null where it says nothing.</summary>
    public static string? KindOf(SafetensorsFile file) => file.Metadata.GetValueOrDefault(KindKey);

    /// <exception cref="UserError">It holds something else.</exception>
    /// <param name="file">What was read.</param>
    /// <param name="kind">What it should hold.</param>
    /// <param name="name">The same as a message calls it, with its article.</param>
    public static void Require(SafetensorsFile file, string kind, string name)
    {
        if (KindOf(file) != kind)
            throw new UserError(file.Path, $"is not {name} of Hybrid", $"give a file that 'hybrid train {kind}' wrote");
    }
}
