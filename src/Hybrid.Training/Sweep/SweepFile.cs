using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hybrid.Information;
using Hybrid.Training.Files;

namespace Hybrid.Training;

/// <summary>A sweep in its folder: what to resume, and the result to read.</summary>
/// <param name="Options">Of every run but for its β.</param>
/// <param name="Betas">Rising.</param>
/// <param name="Data">Fingerprint of the training set; null before the first run.</param>
/// <param name="Entropy">H of the test set, nats, where it is known.</param>
/// <param name="Points">The finished ones.</param>
sealed record SweepFile(
    VaeRunOptions Options, double[] Betas, string? Data, double? Entropy, RateDistortionPoint[] Points)
{
    const string Name = "frontier.json", Kind = "rate-distortion";

    static readonly JavaScriptEncoder Plain = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static string In(string folder) => Path.Combine(folder, Name);

    /// <summary>Writes all or nothing.</summary>
    /// <exception cref="UserError">The file cannot be written.</exception>
    public void Write(string folder) => AtomicFile.Write(In(folder), stream =>
    {
        using var writer = new Utf8JsonWriter(stream, new() { Indented = true, Encoder = Plain });
        Json().WriteTo(writer);
    });

    public string ToJson() => Json().ToJsonString(new() { Encoder = Plain });

    /// <summary>Slope and H − D are there for readers and not read again.</summary>
    JsonObject Json()
    {
        var frontier = new RateDistortionFrontier(Points, Entropy);
        var options = JsonNode.Parse(Options.ToJson())!.AsObject();
        options.Remove("beta");
        return new()
        {
            ["sweep"] = Kind,
            ["options"] = options,
            ["betas"] = new JsonArray([.. Betas.Select(beta => (JsonNode)beta)]),
            ["data"] = Data,
            ["entropyNats"] = Entropy,
            ["points"] = new JsonArray([.. frontier.Points.Select((point, i) => Json(frontier, point, i))]),
        };
    }

    static JsonObject Json(RateDistortionFrontier frontier, RateDistortionPoint point, int i) => new()
    {
        ["beta"] = point.Beta,
        ["distortionNats"] = point.Distortion,
        ["rateNats"] = point.Rate,
        ["mutualInformationNats"] = point.MutualInformation,
        ["entropyMinusDistortionNats"] = frontier.Proved(i),
        ["negativeElboNats"] = point.NegativeElbo,
        ["activeUnits"] = point.ActiveUnits,
        ["slope"] = frontier.Slope(i),
    };

    /// <exception cref="UserError">There is none, or it is damaged.</exception>
    public static SweepFile Read(string folder)
    {
        var path = In(folder);
        using var stream = InputFile.Open(path);
        try
        {
            var file = JsonNode.Parse(stream)!;
            if ((string?)file["sweep"] != Kind) throw new JsonException("another kind");
            return new(
                VaeRunOptions.FromJson(file["options"]!.ToJsonString(), path),
                [.. file["betas"]!.AsArray().Select(beta => (double)beta!)],
                (string?)file["data"], (double?)file["entropyNats"],
                [.. file["points"]!.AsArray().Select(point => new RateDistortionPoint(
                    (double)point!["beta"]!, (double)point["distortionNats"]!, (double)point["rateNats"]!,
                    (double)point["mutualInformationNats"]!, (int)point["activeUnits"]!))]);
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or ArgumentNullException
            or InvalidOperationException or FormatException)
        {
            throw new UserError(path, "is not a sweep's file", "give the folder of 'hybrid sweep rate-distortion'", e);
        }
    }
}
