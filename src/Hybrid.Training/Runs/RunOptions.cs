using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hybrid.Training;

/// <summary>How options look in a file.</summary>
public interface IRunOptions
{
    /// <summary>How the names of enumerations are spelt.</summary>
    static virtual JsonNamingPolicy Spelling => JsonNamingPolicy.CamelCase;
}

/// <summary>Everything that decides the bits of a run; its checkpoints hold it as JSON.</summary>
/// <typeparam name="TSelf">The options themselves.</typeparam>
public abstract record RunOptions<TSelf> : IRunOptions where TSelf : RunOptions<TSelf>, IRunOptions
{
    static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter(TSelf.Spelling) },
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        // What follows from other options is not written beside them.
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The options, if a run can have them.</summary>
    /// <exception cref="UserError">
    /// One is out of range, or two do not go together; the message names them.
    /// </exception>
    public abstract TSelf Validated();

    /// <exception cref="UserError">The condition does not hold.</exception>
    /// <param name="condition">What must hold.</param>
    /// <param name="option">Whose value decides it.</param>
    /// <param name="value">As it was given.</param>
    /// <param name="fix">What to give instead.</param>
    protected internal static void Require(bool condition, string option, object value, string fix) =>
        Require(condition, option, value, "is out of range", fix);

    /// <inheritdoc cref="Require(bool, string, object, string)"/>
    /// <param name="condition">What must hold.</param>
    /// <param name="option">Whose value decides it.</param>
    /// <param name="value">As it was given.</param>
    /// <param name="problem">What is wrong with it.</param>
    /// <param name="fix">What to give instead.</param>
    protected static void Require(bool condition, string option, object value, string problem, string fix)
    {
        if (!condition) throw new UserError(FormattableString.Invariant($"{option} {value}"), problem, fix);
    }

    public string ToJson() => JsonSerializer.Serialize((TSelf)this, Json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="UserError">
    /// It is something else; <paramref name="source"/> names the file.
    /// </exception>
    public static TSelf FromJson(string json, string source)
    {
        try
        {
            var options = JsonSerializer.Deserialize<TSelf>(json, Json) ?? throw new JsonException("null");
            return options.Validated();
        }
        catch (JsonException e)
        {
            throw new UserError(
                source, "its run options cannot be read", "use a checkpoint of this version", e);
        }
    }
}
