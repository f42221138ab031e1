using System.Reflection;

namespace Hybrid.Formulas;

/// <summary>Every formula, found by reflection: there is no list to forget.</summary>
public static class FormulaCatalog
{
    // Before All: static fields are set in the order of the text.
    static readonly Type[] Arities = [typeof(IFormula1), typeof(IFormula2), typeof(IFormula3), typeof(IFormula4)];

    static readonly (Type Interface, Type Info)[] Gradients =
    [
        (typeof(IGradient1<>), typeof(Gradient1<,>)),
        (typeof(IGradient2<>), typeof(Gradient2<,>)),
        (typeof(IGradient3<>), typeof(Gradient3<,>)),
        (typeof(IGradient4<>), typeof(Gradient4<,>)),
    ];

    /// <summary>The formulas of this library, by name.</summary>
    public static IReadOnlyList<FormulaInfo> All { get; } = In(typeof(FormulaCatalog).Assembly);

    /// <summary>The formula of this name (case does not matter), or null.</summary>
    public static FormulaInfo? Find(string name) =>
        All.FirstOrDefault(f => string.Equals(f.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The formulas of an assembly, by name.</summary>
    public static IReadOnlyList<FormulaInfo> In(Assembly assembly) =>
        [.. assembly.GetTypes().Where(IsFormula).OrderBy(t => t.Name, StringComparer.Ordinal).Select(Of)];

    /// <summary>One formula, with the gradient that its own assembly has for it.</summary>
    /// <exception cref="ArgumentException">The type is no formula, or does not state what it must.</exception>
    public static FormulaInfo Of(Type formula) => ArityOf(formula) switch
    {
        1 => Create(typeof(Formula1<>), formula),
        2 => Create(typeof(Formula2<>), formula),
        3 => Create(typeof(Formula3<>), formula),
        4 => Create(typeof(Formula4<>), formula),
        _ => throw new ArgumentException($"{formula.Name} is no formula; implement one of IFormula1 to IFormula4."),
    };

    static bool IsFormula(Type type) => type.IsValueType && typeof(IFormula).IsAssignableFrom(type);

    static int ArityOf(Type type) => type.IsValueType ? Array.FindIndex(Arities, a => a.IsAssignableFrom(type)) + 1 : 0;

    static FormulaInfo Create(Type info, Type formula)
    {
        var (definition, adapter) = Gradients[ArityOf(formula) - 1];
        var gradient = formula.Assembly.GetTypes().FirstOrDefault(definition.MakeGenericType(formula).IsAssignableFrom);
        return (FormulaInfo)Create(info.MakeGenericType(formula),
            gradient is null ? null : Create(adapter.MakeGenericType(formula, gradient)));
    }

    static object Create(Type type, params object?[] arguments) =>
        Activator.CreateInstance(type, BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions,
            null, arguments, null)!;
}
