using Hybrid.Formulas;

namespace Hybrid.Docs.Tests;

/// <summary>
/// <c>tex: KlStandardNormal lhs=\mathrm{KL} mu=m</c>: the equation that a formula or a gradient computes.
/// </summary>
/// <remarks>Arguments are typeset as their attribute says, unless named here.</remarks>
static class TexBlock
{
    public static string Derive(string argument)
    {
        var arguments = new BlockArguments(argument);
        foreach (var formula in FormulaCatalog.All)
        {
            if (formula.Name == arguments.Name) return Equation(formula, arguments);
            if (formula.ClosedGradient?.Name == arguments.Name) return Gradient(formula, arguments);
        }
        throw new DerivationException($"no formula is called {arguments.Name}");
    }

    static string Equation(FormulaInfo formula, BlockArguments arguments)
    {
        var right = Tex.Write(() => formula.Apply<Tex>(Symbols(formula, arguments)));
        var left = arguments.Get("lhs", "");
        return left.Length > 0 ? $"$$ {left} = {right} $$" : $"$$ {right} $$";
    }

    static string Gradient(FormulaInfo formula, BlockArguments arguments)
    {
        var left = arguments.Get("lhs", "f");
        var lines = Enumerable.Range(0, formula.Arguments.Count).Select(i =>
        {
            var right = Tex.Write(() => formula.ClosedGradient!.Apply<Tex>(Symbols(formula, arguments))[i]);
            var by = Symbol(formula.Arguments[i], arguments);
            return $@"\frac{{\partial {left}}}{{\partial {by}}} = {right}";
        });
        return $"$$ {string.Join(@" \qquad ", lines)} $$";
    }

    static Tex[] Symbols(FormulaInfo formula, BlockArguments arguments) =>
        [.. formula.Arguments.Select(argument => Tex.Symbol(Symbol(argument, arguments)))];

    static string Symbol(ArgumentAttribute argument, BlockArguments arguments) =>
        arguments.Get(argument.Name, argument.Tex);
}
