using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Hybrid.Formulas;

/// <summary>The XML documentation that the compiler wrote beside an assembly.</summary>
static partial class Documentation
{
    static readonly ConcurrentDictionary<Assembly, XDocument?> Files = new();

    /// <summary>The summary of a type as plain text, or "" where there is none.</summary>
    public static string SummaryOf(Type type)
    {
        var member = "T:" + type.FullName?.Replace('+', '.');
        var summary = Files.GetOrAdd(type.Assembly, Read)?.Descendants("member")
            .FirstOrDefault(m => (string?)m.Attribute("name") == member)?.Element("summary");
        return summary is null ? "" : Blanks().Replace(summary.Value, " ").Trim();
    }

    static XDocument? Read(Assembly assembly)
    {
        var path = Path.ChangeExtension(assembly.Location, ".xml");
        return File.Exists(path) ? XDocument.Load(path) : null;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
