namespace Hybrid.Formulas;

/// <summary>An equation as a type: a struct with one static method that runs on any lane.</summary>
/// <remarks>
/// Every formula carries a <see cref="FormulaAttribute"/> and one <see cref="ArgumentAttribute"/> per argument.
/// The tests find formulas by reflection and check, without further writing: its value lanes stay inside
/// <see cref="Bound32"/> over the stated domain, its gradient equals <see cref="Dual{T}"/> of <see cref="F64"/>, its stated cost equals <see cref="Tally"/>.
/// </remarks>
public interface IFormula;

/// <summary>A formula of one argument.</summary>
public interface IFormula1 : IFormula
{
    static abstract T Apply<T>(T a) where T : unmanaged, ILane<T>;
}

/// <summary>A formula of two arguments.</summary>
public interface IFormula2 : IFormula
{
    static abstract T Apply<T>(T a, T b) where T : unmanaged, ILane<T>;
}

/// <summary>A formula of three arguments.</summary>
public interface IFormula3 : IFormula
{
    static abstract T Apply<T>(T a, T b, T c) where T : unmanaged, ILane<T>;
}

/// <summary>A formula of four arguments.</summary>
public interface IFormula4 : IFormula
{
    static abstract T Apply<T>(T a, T b, T c, T d) where T : unmanaged, ILane<T>;
}

/// <summary>The closed-form derivative of <typeparamref name="TFormula"/>, one argument.</summary>
public interface IGradient1<TFormula> where TFormula : IFormula1
{
    static abstract T Apply<T>(T a) where T : unmanaged, ILane<T>;
}

/// <summary>The closed-form partial derivatives of <typeparamref name="TFormula"/>, in argument order.</summary>
public interface IGradient2<TFormula> where TFormula : IFormula2
{
    static abstract (T A, T B) Apply<T>(T a, T b) where T : unmanaged, ILane<T>;
}

/// <summary>The closed-form partial derivatives of <typeparamref name="TFormula"/>, in argument order.</summary>
public interface IGradient3<TFormula> where TFormula : IFormula3
{
    static abstract (T A, T B, T C) Apply<T>(T a, T b, T c) where T : unmanaged, ILane<T>;
}

/// <summary>The closed-form partial derivatives of <typeparamref name="TFormula"/>, in argument order.</summary>
public interface IGradient4<TFormula> where TFormula : IFormula4
{
    static abstract (T A, T B, T C, T D) Apply<T>(T a, T b, T c, T d) where T : unmanaged, ILane<T>;
}

/// <summary>What a formula measures, where it comes from and what one evaluation costs.</summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class FormulaAttribute(string unit, string source) : Attribute
{
    /// <summary>Unit of the result: "nats", "nats per dimension", "1" …</summary>
    public string Unit { get; } = unit;

    /// <summary>Paper and equation.</summary>
    public string Source { get; } = source;

    /// <summary>Floating-point operations per evaluation (a fused multiply-add counts 2).</summary>
    public int Flops { get; init; }

    /// <summary>Calls of transcendental functions per evaluation.</summary>
    public int Transcendentals { get; init; }
}

/// <summary>One argument of a formula: its name, how it is typeset, and the range on which it is tested.</summary>
[AttributeUsage(AttributeTargets.Struct, AllowMultiple = true)]
public sealed class ArgumentAttribute(string name, string tex, double from, double to) : Attribute
{
    public string Name { get; } = name;

    public string Tex { get; } = tex;

    public double From { get; } = from;

    public double To { get; } = to;
}
