namespace Hybrid.Devices.Host;

sealed unsafe partial class HostOps<T, TWord>
{
    public void TransposeBlocks(Tensor x, int high, int width, Tensor y) => Share(
        new TransposeBlocksRange(View(x), View(y), high, x.Cols / width, width), y.Rows, (long)y.Cols * Cheap);

    public void ModulatedLayerNorm(Tensor x, Tensor shift, Tensor scale, Tensor y, Tensor statistics) => Share(
        new LayerNormRange<T>(
            View(x), View(shift), View(scale), View(y), View(statistics), x.Cols, x.Rows / shift.Rows),
        x.Rows, (long)x.Cols * Transcendental);

    public void ModulatedLayerNormGrad(Tensor x, Tensor scale, Tensor statistics, Tensor dy, Tensor dx) => Share(
        new LayerNormGradRange<T>(
            View(x), View(scale), View(statistics), View(dy), View(dx), x.Cols, x.Rows / scale.Rows),
        x.Rows, (long)x.Cols * Transcendental);

    public void ModulationGrad(Tensor x, Tensor statistics, Tensor dy, Tensor dShift, Tensor dScale) => Share(
        new ModulationGradRange<T>(
            View(x), View(statistics), View(dy), View(dShift), View(dScale), x.Cols, x.Rows / dShift.Rows),
        dShift.Rows, (long)x.Cols * (x.Rows / dShift.Rows) * Cheap);

    public void AddGated(Tensor x, Tensor h, Tensor gate, Tensor y) => Map(
        new AddGatedMap<T>(View(x), View(h), View(gate), View(y), x.Rows / gate.Rows), x.Rows, x.Cols, Cheap);

    public void AddGatedGrad(Tensor h, Tensor gate, Tensor dy, Tensor dh, Tensor dGate) => Share(
        new AddGatedGradRange<T>(
            View(h), View(gate), View(dy), View(dh), View(dGate), h.Cols, h.Rows / gate.Rows),
        gate.Rows, (long)h.Cols * (h.Rows / gate.Rows) * Cheap);
}
