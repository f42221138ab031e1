namespace Hybrid.Formulas;

/// <summary>A lane that typesets: a formula run on symbols returns its own equation.</summary>
/// <remarks>
/// A lane must be unmanaged, so this one is a handle into a pool of <see cref="TexNode"/> that belongs to the
/// thread; <see cref="Write"/> empties what it used. What is printed is the code, tidied (signs pulled out,
/// equal factors made powers, numbers first), never transformed: a wrong ½ in the code is a wrong ½ in print.
/// </remarks>
public readonly struct Tex : ILane<Tex>
{
    [ThreadStatic] static List<TexNode>? pool;

    readonly int handle;

    Tex(TexNode node)
    {
        pool ??= [];
        handle = pool.Count;
        pool.Add(node);
    }

    TexNode Node => pool![handle];

    /// <summary>A symbol as it is to be typeset, such as <c>\mu</c>.</summary>
    public static Tex Symbol(string tex) => new(new TexNode.Symbol(tex));

    /// <summary>The LaTeX of what <paramref name="formula"/> computes; <see cref="Tex"/> values die with it.</summary>
    public static string Write(Func<Tex> formula)
    {
        pool ??= [];
        var mark = pool.Count;
        try
        {
            return formula().ToString();
        }
        finally
        {
            pool.RemoveRange(mark, pool.Count - mark);
        }
    }

    public override string ToString() => Node.Print();

    public static Tex Const(double value) => new(TexNode.Constant(value));

    public static Tex operator +(Tex a, Tex b) => new(TexNode.Add(a.Node, b.Node));

    public static Tex operator -(Tex a, Tex b) => new(TexNode.Add(a.Node, TexNode.Negate(b.Node)));

    public static Tex operator -(Tex a) => new(TexNode.Negate(a.Node));

    public static Tex operator *(Tex a, Tex b) => new(TexNode.Multiply(a.Node, b.Node));

    public static Tex operator /(Tex a, Tex b) => new(TexNode.Divide(a.Node, b.Node));

    public static Tex Fma(Tex a, Tex b, Tex c) => new(TexNode.Fma(a.Node, b.Node, c.Node));

    public static Tex Sqrt(Tex x) => new(new TexNode.Wrapped(@"\sqrt{", x.Node, "}"));

    public static Tex Abs(Tex x) => new(new TexNode.Wrapped(@"\lvert ", x.Node, @"\rvert"));

    public static Tex Min(Tex a, Tex b) => new(new TexNode.Call(@"\min", a.Node, b.Node));

    public static Tex Max(Tex a, Tex b) => new(new TexNode.Call(@"\max", a.Node, b.Node));

    public static Tex WhereLess(Tex a, Tex b, Tex then, Tex otherwise) =>
        new(new TexNode.Cases(a.Node, b.Node, then.Node, otherwise.Node));

    public static Tex Exp(Tex x) => new(new TexNode.Exponential(x.Node));

    public static Tex Expm1(Tex x) => new(TexNode.Add(new TexNode.Exponential(x.Node), TexNode.Constant(-1)));

    public static Tex Log(Tex x) => new(new TexNode.Call(@"\log", x.Node));

    public static Tex Log1p(Tex x) => new(new TexNode.Call(@"\log", TexNode.Add(TexNode.Constant(1), x.Node)));

    public static Tex Tanh(Tex x) => new(new TexNode.Call(@"\tanh", x.Node));

    public static Tex Sigmoid(Tex x) => new(new TexNode.Call(@"\sigma", x.Node));

    public static Tex Softplus(Tex x) =>
        new(new TexNode.Call(@"\log", TexNode.Add(TexNode.Constant(1), new TexNode.Exponential(x.Node))));

    public static Tex Erf(Tex x) => new(new TexNode.Call(@"\operatorname{erf}", x.Node));

    public static Tex SinTurn(Tex x) => new(new TexNode.Call(@"\sin", Turns(x)));

    public static Tex CosTurn(Tex x) => new(new TexNode.Call(@"\cos", Turns(x)));

    static TexNode Turns(Tex x) => TexNode.Multiply(TexNode.Constant(Math.Tau), x.Node);
}
