using System.Reflection;

namespace Hybrid.Formulas;

/// <summary>A formula without its type parameters: what a command line, a book or a test asks it.</summary>
/// <remarks>
/// The one thing only the formula can do is run on a lane (<see cref="Apply"/>); every answer below is that,
/// on the lane that gives it.
/// </remarks>
public abstract class FormulaInfo
{
    readonly FormulaAttribute stated;

    private protected FormulaInfo(Type type, int arity)
    {
        Type = type;
        stated = type.GetCustomAttribute<FormulaAttribute>()
            ?? throw new ArgumentException($"{type.Name} has no [Formula]; state its unit and source.");
        Arguments = [.. type.GetCustomAttributes<ArgumentAttribute>()];
        if (Arguments.Count != arity)
            throw new ArgumentException(
                $"{type.Name} takes {arity} arguments but has {Arguments.Count} [Argument]; state each once.");
    }

    /// <summary>The struct that is the formula.</summary>
    public Type Type { get; }

    public string Name => Type.Name;

    /// <summary>Unit of the result.</summary>
    public string Unit => stated.Unit;

    /// <summary>Paper and equation.</summary>
    public string Source => stated.Source;

    /// <summary>Name, typesetting and tested range of each argument, in order.</summary>
    public IReadOnlyList<ArgumentAttribute> Arguments { get; }

    /// <summary>The stated floating-point operations of one evaluation.</summary>
    public int Flops => stated.Flops;

    /// <summary>The stated transcendental functions of one evaluation.</summary>
    public int Transcendentals => stated.Transcendentals;

    /// <summary>What it is, in one sentence: the summary of its documentation, or "" where that is missing.</summary>
    public string Summary => Documentation.SummaryOf(Type);

    /// <summary>The closed-form derivatives that training uses; null for a formula that is not differentiated.</summary>
    public GradientInfo? ClosedGradient { get; internal init; }

    /// <summary>Runs the formula on any lane.</summary>
    public abstract T Apply<T>(ReadOnlySpan<T> arguments) where T : unmanaged, ILane<T>;

    /// <summary>The value in double precision.</summary>
    public double Evaluate(params double[] arguments) => Apply<F64>(On(arguments, x => new F64(x))).V;

    /// <summary>The partial derivatives in double precision, by dual numbers.</summary>
    public double[] Gradient(params double[] arguments)
    {
        var gradient = new double[Arguments.Count];
        for (var i = 0; i < gradient.Length; i++) gradient[i] = Derivative<F64>(On(arguments, x => new F64(x)), i).V;
        return gradient;
    }

    /// <summary>∂/∂(argument i) on any lane, by dual numbers.</summary>
    public T Derivative<T>(ReadOnlySpan<T> arguments, int i) where T : unmanaged, ILane<T>
    {
        Span<Dual<T>> dual = stackalloc Dual<T>[arguments.Length];
        for (var k = 0; k < dual.Length; k++)
            dual[k] = k == i ? Dual<T>.Variable(arguments[k]) : Dual<T>.Fixed(arguments[k]);
        return Apply<Dual<T>>(dual).D;
    }

    /// <summary>The exact value and a bound on float32's error, at arguments that are floats.</summary>
    public Bound32 Bound(params float[] arguments) => Apply<Bound32>(On(arguments, x => new Bound32(x)));

    /// <summary>What one evaluation really executes.</summary>
    public OperationCount Tally() =>
        Formulas.Tally.Of(() => Apply<Tally>(new Tally[Arguments.Count]));

    /// <summary>The right-hand side of the equation, in LaTeX.</summary>
    public string Tex() => Formulas.Tex.Write(
        () => Apply<Tex>(Arguments.Select(a => Formulas.Tex.Symbol(a.Tex)).ToArray()));

    public override string ToString() => Name;

    T[] On<T, TNumber>(TNumber[] arguments, Func<TNumber, T> lane)
    {
        if (arguments.Length != Arguments.Count)
            throw new ArgumentException(
                $"{Name} takes {Arguments.Count} arguments ({string.Join(", ", Arguments.Select(a => a.Name))}), "
                + $"not {arguments.Length}.");
        return Array.ConvertAll(arguments, x => lane(x));
    }
}

/// <summary>The closed-form derivatives of a formula, without type parameters.</summary>
public abstract class GradientInfo
{
    private protected GradientInfo(Type type) => Type = type;

    /// <summary>The struct that is the gradient.</summary>
    public Type Type { get; }

    public string Name => Type.Name;

    /// <summary>The partial derivatives in argument order, on any lane.</summary>
    public abstract T[] Apply<T>(ReadOnlySpan<T> arguments) where T : unmanaged, ILane<T>;
}
