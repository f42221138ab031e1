using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hybrid.Bench.Exactness;
using Hybrid.Training.Files;

namespace Hybrid.Bench;

/// <summary>Everything a run of the bench measured; parts that were not asked for are null.</summary>
public sealed record BenchReport(MachineFacts Machine)
{
    /// <summary>The day of the run, UTC.</summary>
    public string Date { get; init; } = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public IReadOnlyList<Ceiling>? Roofline { get; set; }

    public IReadOnlyList<LadderResult>? Ladders { get; set; }

    public IReadOnlyList<VaeStepResult>? VaeSteps { get; set; }

    public IReadOnlyList<DenoiserStepResult>? DenoiserSteps { get; set; }

    public IReadOnlyList<ExactnessRow>? Exactness { get; set; }

    /// <summary>How costs grow with sizes.</summary>
    public IReadOnlyList<Curve>? Curves { get; set; }

    /// <summary>The GPU, or why there are no GPU numbers; null where nobody asked.</summary>
    public string? Gpu { get; set; }

    /// <summary>cuBLAS's version and file, or why it is left out; null without a GPU.</summary>
    public string? CuBlas { get; set; }

    public IReadOnlyList<Ceiling>? GpuRoofline { get; set; }

    public IReadOnlyList<LadderResult>? GpuLadders { get; set; }

    public IReadOnlyList<VaeStepResult>? GpuVaeSteps { get; set; }

    /// <summary>Whether all bits are right, no step allocated and every exactness row passed.</summary>
    [JsonIgnore]
    public bool Right =>
        (Ladders?.All(ladder => ladder.Right) ?? true)
        && (GpuLadders?.All(ladder => ladder.Right) ?? true)
        && (VaeSteps?.All(step => step.Right) ?? true)
        && (DenoiserSteps?.All(step => step.Right) ?? true)
        && (GpuVaeSteps?.All(step => step.Right) ?? true)
        && (Exactness?.All(row => row.Pass) ?? true);
}

/// <summary>The bench's JSON files.</summary>
static class BenchJson
{
    internal static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // A measured NaN is a failure to report, not a reason to write nothing.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public static string Text<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>Writes <paramref name="value"/>, all or nothing.</summary>
    /// <exception cref="Training.UserError">The path cannot be written.</exception>
    public static void Write<T>(string path, T value) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, value, Options));

    /// <summary>Measures, and writes the report; a path that cannot be written is told before.</summary>
    /// <param name="path">Where to; null for nowhere.</param>
    /// <param name="measure">What takes its time.</param>
    /// <exception cref="Training.UserError">The path cannot be written.</exception>
    public static T Keep<T>(string? path, Func<T> measure)
    {
        if (path is not null) AtomicFile.RequireWritable(path);
        var report = measure();
        if (path is not null) Write(path, report);
        return report;
    }
}
