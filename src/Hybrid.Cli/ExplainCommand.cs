using System.CommandLine;
using System.Globalization;
using Hybrid.Formulas;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary><c>hybrid explain</c>: one formula through every lane, or a training step launch by launch.</summary>
static class ExplainCommand
{
    public static Command Create()
    {
        var command = new Command("explain",
            "Show a formula: equation, value in every lane, error bound, gradient, cost."
            + " Or a training step, launch by launch: --plan.");
        var formula = new Argument<string?>("formula")
        {
            Description = "Its name, such as KlStandardNormal; leave it out for the list.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var at = new Option<string?>("--at")
        {
            Description = "Where to evaluate it; the middle of its domain unless told.", HelpName = "A,B…",
        };
        command.Add(formula);
        command.Add(at);
        var plan = new ExplainPlan();
        plan.AddTo(command);
        command.SetAction(parsed =>
        {
            RefuseMixture(parsed, command, plan);
            if (plan.IsAsked(parsed)) plan.Run(parsed);
            else if (parsed.GetValue(formula) is { } name) Explain(Find(name), parsed.GetValue(at));
            else List();
            return 0;
        });
        return command;
    }

    /// <summary>A formula's options explain no plan, a plan's no formula.</summary>
    static void RefuseMixture(ParseResult parsed, Command command, ExplainPlan plan)
    {
        if (plan.IsAsked(parsed))
        {
            if (parsed.GetValue<string?>("formula") is { } name)
                throw new UserError(name, "is a formula, and --plan explains a model", "give one of them");
            if (parsed.GetResult("--at") is not null)
                throw new UserError("--at", "is where to evaluate a formula", "leave it out with --plan");
            return;
        }
        foreach (var option in command.Options.Where(option => option.Name != "--at"))
            if (parsed.GetResult(option) is { Implicit: false })
                throw new UserError(option.Name, "belongs to --plan", "leave it out, or give --plan MODEL");
    }

    static FormulaInfo Find(string name) =>
        FormulaCatalog.Find(name)
        ?? throw new UserError(name, "is not a formula", "give one of those that 'hybrid explain' lists");

    static void List()
    {
        foreach (var formula in FormulaCatalog.All)
            Console.WriteLine($"{formula.Name,-24} {formula.Summary}");
    }

    static void Explain(FormulaInfo formula, string? at)
    {
        var x = Point(formula, at);
        var names = string.Join(", ", formula.Arguments.Select(argument => argument.Name));
        Console.WriteLine($"{formula.Name}({names}) · {formula.Unit}");
        Console.WriteLine($"  {formula.Summary}");
        Console.WriteLine($"  source    {formula.Source}");
        Console.WriteLine($"  tex       {formula.Tex()}");
        Line("at", string.Join(", ", formula.Arguments.Select((a, i) => Text($"{a.Name} = {x[i]:G9}"))));

        var bound = formula.Bound(x);
        Line("F64", Text($"{formula.Evaluate(Array.ConvertAll(x, v => (double)v)):G17}"));
        Line("F32", Text($"{Apply(formula, x, v => new F32(v)).V:G9}"));
        Line("F32x4", Text($"{Apply(formula, x, v => F32x4.Const(v)).V[0]:G9} in each of {F32x4.Width} places"));
        Line("F32x8", Text($"{Apply(formula, x, v => F32x8.Const(v)).V[0]:G9} in each of {F32x8.Width} places"));
        Line("F32x16", Text($"{Apply(formula, x, v => F32x16.Const(v)).V[0]:G9} in each of {F32x16.Width} places"));
        Line("Bound32", Text($"any float32 result lies within ±{bound.E:G3} of the exact value"));
        var gradient = formula.Gradient(Array.ConvertAll(x, v => (double)v));
        Line("Dual", string.Join(", ", formula.Arguments.Select((a, i) => Text($"∂/∂{a.Name} = {gradient[i]:G9}"))));
        Line("Tally", Text($"{formula.Flops} flop, {formula.Transcendentals} transcendental"));
        if (formula.ClosedGradient is { } closed) Line("gradient", $"{closed.Name}, in closed form");
    }

    static T Apply<T>(FormulaInfo formula, float[] x, Converter<float, T> lane) where T : unmanaged, ILane<T> =>
        formula.Apply<T>(Array.ConvertAll(x, lane));

    static float[] Point(FormulaInfo formula, string? at)
    {
        if (at is null) return [.. formula.Arguments.Select(a => (float)(a.From + 0.625 * (a.To - a.From)))];
        var parts = at.Split(',');
        var x = new float[parts.Length];
        for (var i = 0; i < parts.Length; i++)
            if (!float.TryParse(parts[i], CultureInfo.InvariantCulture, out x[i]))
                throw new UserError($"--at {at}", $"'{parts[i]}' is not a number", "give numbers such as 1.5,-0.3");
        return x.Length == formula.Arguments.Count
            ? x
            : throw new UserError($"--at {at}", $"{formula.Name} has {formula.Arguments.Count} arguments",
                "give one number for each");
    }

    static void Line(string name, string text) => Console.WriteLine($"  {name,-9} {text}");

    static string Text(FormattableString text) => FormattableString.Invariant(text);
}
