/* nvtx_tool.c - a tool as NVTX's own loader finds it (NVTX_INJECTION64_PATH): it prints what it is
 * told of domains and ranges. */
#include <nvtx3/nvToolsExt.h>
#include <stdio.h>

static char domain;

static nvtxDomainHandle_t NVTX_API create(const char *name)
{
    printf("domain %s\n", name);
    return (nvtxDomainHandle_t)(void *)&domain;
}

static int NVTX_API begin(nvtxDomainHandle_t of, const nvtxEventAttributes_t *attributes)
{
    const int known = (void *)of == (void *)&domain && attributes->version == NVTX_VERSION &&
                      attributes->size == NVTX_EVENT_ATTRIB_STRUCT_SIZE &&
                      attributes->messageType == NVTX_MESSAGE_TYPE_ASCII;
    printf("begin %s\n", known ? attributes->message.ascii : "of an unknown form");
    return 0;
}

static int NVTX_API end(nvtxDomainHandle_t of)
{
    printf("end%s\n", (void *)of == (void *)&domain ? "" : " of an unknown domain");
    return 0;
}

int InitializeInjectionNvtx2(NvtxGetExportTableFunc_t get_table);

int InitializeInjectionNvtx2(NvtxGetExportTableFunc_t get_table)
{
    const NvtxExportTableCallbacks *const callbacks = get_table(NVTX_ETID_CALLBACKS);
    NvtxFunctionTable table = NULL;
    unsigned size = 0;
    if (callbacks == NULL ||
        !callbacks->GetModuleFunctionTable(NVTX_CB_MODULE_CORE2, &table, &size) ||
        size <= NVTX_CBID_CORE2_DomainCreateA) {
        return 0;
    }
    *table[NVTX_CBID_CORE2_DomainCreateA] = (NvtxFunctionPointer)create;
    *table[NVTX_CBID_CORE2_DomainRangePushEx] = (NvtxFunctionPointer)begin;
    *table[NVTX_CBID_CORE2_DomainRangePop] = (NvtxFunctionPointer)end;
    return 1;
}
