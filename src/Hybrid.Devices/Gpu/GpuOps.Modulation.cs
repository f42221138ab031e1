using K = Hybrid.Kernels;

namespace Hybrid.Devices.Gpu;

sealed partial class GpuOps
{
    public void TransposeBlocks(Tensor x, int high, int width, Tensor y) => Launch(
        K.TransposeBlocks.Ladder, new(View(x), View(y), high, x.Cols / width, width, y.Rows, y.Cols));

    public void ModulatedLayerNorm(Tensor x, Tensor shift, Tensor scale, Tensor y, Tensor statistics) => Launch(
        K.ModulatedLayerNorm.Ladder, new(
            View(x), View(shift), View(scale), View(y), View(statistics), x.Rows, x.Cols, x.Rows / shift.Rows));

    public void ModulatedLayerNormGrad(Tensor x, Tensor scale, Tensor statistics, Tensor dy, Tensor dx) => Launch(
        K.ModulatedLayerNormGrad.Ladder, new(
            View(x), View(scale), View(statistics), View(dy), View(dx), x.Rows, x.Cols, x.Rows / scale.Rows));

    public void ModulationGrad(Tensor x, Tensor statistics, Tensor dy, Tensor dShift, Tensor dScale) => Launch(
        K.ModulationGrad.Ladder, new(
            View(x), View(statistics), View(dy), View(dShift), View(dScale), x.Rows, x.Cols, x.Rows / dShift.Rows));

    public void AddGated(Tensor x, Tensor h, Tensor gate, Tensor y) => Launch(
        K.AddGated.Ladder, new(View(x), View(h), View(gate), View(y), x.Rows, x.Cols, x.Rows / gate.Rows));

    public void AddGatedGrad(Tensor h, Tensor gate, Tensor dy, Tensor dh, Tensor dGate) => Launch(
        K.AddGatedGrad.Ladder, new(
            View(h), View(gate), View(dy), View(dh), View(dGate), h.Rows, h.Cols, h.Rows / gate.Rows));
}
