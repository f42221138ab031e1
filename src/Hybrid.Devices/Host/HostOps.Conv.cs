using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

sealed unsafe partial class HostOps<T, TWord>
{
    readonly ConvScratch packedWeights = new(), borders = new();

    public void Conv2d(Tensor x, Tensor w, Tensor bias, in Conv2dShape shape, Activation act, Tensor y)
    {
        if (shape.Kernel == 1)
        {
            Affine(x, w, bias, act, y);
            return;
        }
        var weights = Pack(w, shape, backward: false);
        switch (act)
        {
            case Activation.Identity: Convolve<IdentityFormula>(shape, x, weights, View(bias), y); break;
            case Activation.Relu: Convolve<Relu>(shape, x, weights, View(bias), y); break;
            case Activation.Tanh: Convolve<Tanh>(shape, x, weights, View(bias), y); break;
            case Activation.Silu: Convolve<Silu>(shape, x, weights, View(bias), y); break;
            case Activation.Gelu: Convolve<Gelu>(shape, x, weights, View(bias), y); break;
            case Activation.Sigmoid: Convolve<Sigmoid>(shape, x, weights, View(bias), y); break;
            default: throw new ArgumentOutOfRangeException(nameof(act));
        }
    }

    public void Conv2dGradInput(Tensor dy, Tensor w, in Conv2dShape shape, Tensor dx)
    {
        if (shape.Kernel == 1)
        {
            AffineGradInput(dy, w, dx);
            return;
        }
        var turned = shape with { Ci = shape.Co, Co = shape.Ci };
        Convolve<IdentityFormula>(turned, dy, Pack(w, shape, backward: true), default, dx);
    }

    #region conv-grad-weight
    public void Conv2dGradWeight(Tensor x, Tensor dy, in Conv2dShape shape, Tensor dw)
    {
        if (shape.Kernel == 1)
        {
            AffineGradWeight(x, dy, dw);
            return;
        }
        var threads = Threads(shape);
        int rows = shape.N * shape.H, groups = ConvGrad<T>.Groups(shape, threads);
        var step = ConvGrad<T>.BlockRows(shape);
        for (var row = 0; row < rows; row += step)
        {
            var grad = new ConvGrad<T>(
                shape, View(x), View(dy), View(dw), groups, row, Math.Min(rows, row + step));
            RunTasks(grad, grad.Tasks, threads);
        }
    }
    #endregion

    int Threads(in Conv2dShape shape) => shape.Work < ProductWorthSharing ? 1 : pool.Threads;

    float* Pack(Tensor w, in Conv2dShape shape, bool backward)
    {
        var sized = new ConvPack<T>(View(w), shape, backward, null);
        var pack = new ConvPack<T>(View(w), shape, backward, packedWeights.Words(sized.Words));
        RunTasks(pack, pack.Tasks, Threads(shape));
        return packedWeights.Words(sized.Words);
    }

    void Convolve<TActivation>(in Conv2dShape shape, Tensor x, float* weights, View bias, Tensor y)
        where TActivation : IFormula1
    {
        var threads = Threads(shape);
        var sized = new Conv<T, TActivation>(shape, View(x), weights, bias, View(y), threads);
        var conv = new Conv<T, TActivation>(
            shape, View(x), weights, bias, View(y), threads, borders.Words(threads * sized.BorderWords));
        RunTasks(conv, conv.Tasks, threads);
    }
}
