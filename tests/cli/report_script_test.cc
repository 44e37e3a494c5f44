// What the script of the report does, in a real browser: pins, sorting, search, addresses, reading
// of points by pointer and keys, copies and saved drawings.
#include <gtest/gtest.h>

#include "report_folder.h"
#include "support/browser.h"

namespace {

constexpr int phone = 390, desk = 1280;

// What an expression gives, as a number.
class ReportScript : public ::testing::Test {
  protected:
    void SetUp() override
    {
        RS_NEED_BROWSER();
        for (int i = 0; i < 30; ++i) {
            const float a = static_cast<float>(i % 7);
            const float b = static_cast<float>(i % 5);
            const std::string name = "net_" + std::to_string(i) + ".in1k, \"q\" | x";
            ASSERT_EQ(
                results_.add("m" + std::to_string(i), {3, a, 2, 0, b, 5, 1, 0, a, 2, 2, b}, name)
                    .exit_status,
                0);
        }
        ASSERT_EQ(results_.report().exit_status, 0);
        page_ = results_.html();
    }
    void Open(int width, bool print = false)
    {
        browser_.open(page_, {width, false, true, print});
    }
    double Do(const std::string &statements)
    {
        return browser_.number("(() => {" + statements + "})() ?? 0"); // nothing is 0
    }
    double Shown(const std::string &selector)
    {
        return browser_.number("[...document.querySelectorAll('" + selector +
                               "')].filter(e => e.getBoundingClientRect().height > 0).length");
    }

    SmallResults results_;
    Browser browser_;
    std::string page_;
};

TEST_F(ReportScript, is_small_and_asks_for_nothing)
{
    const std::string page = ReadFile(page_);
    const size_t begin = page.find("<script>\n");
    ASSERT_NE(begin, std::string::npos);
    EXPECT_LT(page.find("</script>", begin) - begin, 10240u);
    Open(desk);
    EXPECT_EQ(browser_.complaints, std::vector<std::string>{});
    EXPECT_EQ(browser_.requests.size(), 1u);
}

TEST_F(ReportScript, a_pin_goes_through_all_drawings_and_tables)
{
    for (const int width : {phone, desk}) {
        Open(width);
        Do("document.querySelector('.board tbody tr:nth-child(2) button.name').click()");
        EXPECT_EQ(Do("const m = document.querySelector('.board tr.pin').dataset.m;"
                     "return document.querySelectorAll(`[data-m=\"${m}\"]`).length -"
                     "document.querySelectorAll('.pin').length"),
                  0);
        EXPECT_GE(Shown("g.pin"), 4);                 // trend, what ReaL adds, further, differ
        EXPECT_GE(Shown("tr.pin"), 2);
        EXPECT_EQ(Shown(".pins button"), 1);
        EXPECT_LE(browser_.content_width(), width);
        EXPECT_EQ(Do("return document.querySelector('tr.pin button.name')"
                     ".getAttribute('aria-pressed') === 'true'"),
                  1);
        Do("document.querySelector('.pins button').click()");
        EXPECT_EQ(Shown(".pin"), 0);
        // A row that is not among the first 25 stays in sight when it is pinned.
        EXPECT_EQ(Shown(".board tbody tr"), 25);
        Do("document.querySelector('.board tbody tr:nth-child(28) button.name').click()");
        EXPECT_EQ(Shown(".board tbody tr"), 26);
        // A point is pinned by a click on it.
        Do("document.querySelector('.pins button').click(); const g = "
           "document.querySelector('#further g[data-m]'); const r = "
           "g.lastElementChild.getBoundingClientRect(); g.dispatchEvent(new MouseEvent('click', "
           "{bubbles: true, clientX: r.x + r.width / 2, clientY: r.y + r.height / 2}))");
        EXPECT_GE(Shown("g.pin"), 4);
    }
}

TEST_F(ReportScript, tables_are_sorted_by_any_column)
{
    Open(desk);
    const std::string values = "const v = [...document.querySelectorAll('.board tbody "
                               "td:nth-child(3)')].map(e => parseFloat(e.textContent));";
    const std::string click = "document.querySelector('.board thead th:nth-child(3) "
                              "button').click();";
    Do(click);
    EXPECT_EQ(Do(values + "return v.filter((x, i) => i > 0 && x > v[i - 1]).length"), 0);
    Do(click);
    EXPECT_EQ(Do(values + "return v.filter((x, i) => i > 0 && x < v[i - 1]).length"), 0);
    EXPECT_EQ(Do("return document.querySelectorAll('[aria-sort=ascending]').length"), 1);
    EXPECT_EQ(Do("return document.querySelectorAll('.board tbody tr').length"), 30);
    EXPECT_EQ(Do("return document.querySelectorAll('.pin').length"), 0); // sorting pins nothing
}

TEST_F(ReportScript, search_and_address)
{
    Open(desk);
    const std::string type = "const f = document.querySelector('[type=search]'); f.value = 'NET_2 "
                             "in1k'; f.dispatchEvent(new Event('input'));";
    Do(type);
    EXPECT_EQ(Shown(".board tbody tr"), 11); // 2, and 20 to 29
    Do("document.querySelector('.board tbody tr:not(.out) button.name').click();"
       "document.querySelector('.board thead th button').click()");
    const double pinned = Do("return document.querySelector('.board tr.pin').dataset.m");
    // The address that was made shows the same once more; a later one of a part does not disturb.
    Do("const h = location.hash; location.hash = ''; window.kept = h");
    Do("document.querySelector('.pins button').click(); const f = "
       "document.querySelector('[type=search]'); f.value = ''; "
       "f.dispatchEvent(new Event('input'))");
    EXPECT_EQ(Shown(".pin"), 0);
    EXPECT_EQ(Shown(".board tbody tr"), 25);
    Do("history.replaceState(null, '', window.kept); dispatchEvent(new Event('hashchange'))");
    EXPECT_EQ(Shown(".board tbody tr"), 11);
    EXPECT_EQ(Do("return document.querySelector('.board tr.pin').dataset.m"), pinned);
    EXPECT_EQ(Do("return document.querySelectorAll('.board [aria-sort]').length"), 1);
    Do("history.replaceState(null, '', '#trend'); dispatchEvent(new Event('hashchange'))");
    EXPECT_EQ(Shown(".board tbody tr"), 11);
    EXPECT_EQ(browser_.complaints, std::vector<std::string>{});
}

TEST_F(ReportScript, the_nearest_point_is_read_by_pointer_touch_and_keys)
{
    for (const int width : {phone, desk}) {
        Open(width);
        const std::string key = "const s = document.querySelector('#trend svg.plot'); "
                                "const press = k => s.dispatchEvent(new "
                                "KeyboardEvent('keydown', {key: k}));";
        Do(key + "press('ArrowRight')");
        EXPECT_EQ(Shown(".tip"), 1);
        EXPECT_EQ(Do("const t = document.querySelector('.tip').textContent; "
                     "return t.includes(': ImageNet ')"),
                  1);
        EXPECT_EQ(Shown(".ring"), 1);
        EXPECT_LE(browser_.content_width(), width);
        EXPECT_EQ(Do("const r = document.querySelector('.tip').getBoundingClientRect(); return "
                     "r.left >= 0 && r.right <= innerWidth"),
                  1);
        Do(key + "press('Enter')");
        EXPECT_GE(Shown("tr.pin"), 1);
        Do(key + "press('Escape')");
        EXPECT_EQ(Shown(".tip"), 0);
        for (const char *type : {"mouse", "touch"}) {
            const std::string move =
                "const g = document.querySelector('#trend g[data-m]'); const r = "
                "g.getBoundingClientRect(); const at = (x, y) => g.dispatchEvent(new "
                "PointerEvent('pointermove', {bubbles: true, pointerType: '" +
                std::string(type) + "', clientX: x, clientY: y}));";
            Do(move + "at(r.x + r.width / 2 + 3, r.y + r.height / 2)");
            EXPECT_EQ(Shown(".tip"), 1) << type;
            Do(move + "at(r.x + 200, r.y + 5000)");
            EXPECT_EQ(Shown(".tip"), 0) << type;
        }
    }
}

TEST_F(ReportScript, tables_are_copied_and_drawings_saved)
{
    Open(desk);
    const std::string press = "const press = (part, words) => "
                              "[...document.querySelectorAll(part + ' .tools button')]"
                              ".find(b => b.textContent === words).click();";
    Do("navigator.clipboard.writeText = async (text) => { window.copied = text; }");
    Do(press + "press('#leaderboard', 'copy as CSV')");
    // Every row that is shown, quoted where it has to be.
    EXPECT_EQ(Do("return window.copied.split('\\n').length"), 27);
    EXPECT_EQ(Do("return window.copied.includes('\"net_0.in1k, \"\"q\"\" | x\",')"), 1);
    Do(press + "press('#leaderboard', 'copy as Markdown')");
    EXPECT_EQ(Do("return window.copied.split('\\n')[1].startsWith('| --- | --- |')"), 1);
    EXPECT_EQ(Do("return window.copied.includes('| net_0.in1k, \"q\" \\\\| x |')"), 1);
    // A saved drawing is a document of its own, with its colours.
    Do("HTMLAnchorElement.prototype.click = function () { window.saved = this; }");
    Do(press + "press('#trend', 'save as SVG')");
    EXPECT_EQ(Do("const text = decodeURIComponent(window.saved.href.split(',').slice(1).join(','));"
                 "const made = new DOMParser().parseFromString(text, 'image/svg+xml');"
                 "return made.documentElement.namespaceURI === 'http://www.w3.org/2000/svg' && "
                 "made.querySelectorAll('path').length === "
                 "document.querySelector('#trend svg.plot').querySelectorAll('path').length && "
                 "text.includes('rgb(')"),
              1);
    EXPECT_EQ(Do("return window.saved.download === 'trend.svg'"), 1);
}

TEST_F(ReportScript, paper_shows_no_controls)
{
    Open(desk, true);
    Do("document.querySelector('.board button.name').click()");
    EXPECT_GE(Shown("g.pin"), 4);
    EXPECT_EQ(Shown(".tools"), 0);
    EXPECT_EQ(Shown(".pins"), 0);
    EXPECT_EQ(Shown(".tip"), 0);
    EXPECT_EQ(Shown(".board tbody tr"), 30);
}

} // namespace
