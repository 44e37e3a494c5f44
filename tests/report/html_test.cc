// Pieces of a page.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

extern "C" {
#include "report/html.h"
#include "report/point_names.h"
}

namespace {

class Page {
  public:
    ~Page()
    {
        rs_text_clear(&page);
    }
    rs_text page = {};
    std::string taken()
    {
        std::string text = page.data == nullptr ? "" : page.data;
        rs_text_clear(&page);
        return text;
    }
};

std::string Probability(double p)
{
    Page page;
    rs_html_probability(&page.page, std::log(p));
    return page.taken();
}

TEST(Html, probabilities)
{
    EXPECT_EQ(Probability(1), "1.000");
    EXPECT_EQ(Probability(0.0446), "0.045");
    EXPECT_EQ(Probability(0.00101), "0.001");
    EXPECT_EQ(Probability(3.14e-9), "3.1&#8201;&#215;&#8201;10<sup>&#8722;9</sup>");
    EXPECT_EQ(Probability(9.96e-9), "1.0&#8201;&#215;&#8201;10<sup>&#8722;8</sup>");
    EXPECT_EQ(Probability(0), "&lt;&#8201;10<sup>&#8722;300</sup>");
    Page page;
    rs_html_probability(&page.page, -1000);
    EXPECT_EQ(page.taken(), "&lt;&#8201;10<sup>&#8722;300</sup>");
}

TEST(Html, numbers_that_are_not_there)
{
    Page page;
    rs_html_percent(&page.page, nullptr);
    EXPECT_EQ(page.taken(), "&#8211;");
    rs_metric metric = {};
    metric.value = 0.123456;
    rs_html_percent(&page.page, &metric);
    EXPECT_EQ(page.taken(), "12.35");
    metric.reason = "none";
    rs_html_percent(&page.page, &metric);
    EXPECT_EQ(page.taken(), "&#8211;");
    rs_html_count(&page.page, 1234567);
    EXPECT_EQ(page.taken(), "1,234,567");
}

TEST(Html, nothing_is_written_after_a_failure)
{
    Page page;
    rs_html_section(&page.page, "a", "A");
    rs_text_lose(&page.page, 1, "a page");
    rs_html_count(&page.page, 1);
    rs_html_section_end(&page.page);
    EXPECT_EQ(rs_text_check(&page.page, nullptr), RS_MEMORY);
    EXPECT_EQ(page.taken(), "");
}

TEST(PointNames, as_many_as_fit)
{
    const rs_plot plot = {0, 0, 400, 300, 0, 1, 0, 1};
    Page page;
    rs_point_names names;
    rs_point_names_init(&names, &plot);
    rs_point_names_avoid(&names, 100, 100, 5);
    rs_point_names_add(&names, &page.page, 100, 100, "abc");
    EXPECT_EQ(page.taken(),
              "<text class=\"point\" x=\"108.0\" y=\"104.0\" text-anchor=\"start\">abc</text>\n");
    rs_point_names_add(&names, &page.page, 100, 100, "abc"); // the right is taken: to the left
    EXPECT_EQ(page.taken(),
              "<text class=\"point\" x=\"92.0\" y=\"104.0\" text-anchor=\"end\">abc</text>\n");
    for (int i = 0; i < 20; ++i) {
        rs_point_names_add(&names, &page.page, 100, 100, "abc");
    }
    const std::string rest = page.taken();
    size_t count = 0;
    for (size_t at = rest.find("<text"); at != std::string::npos; at = rest.find("<text", at + 1)) {
        ++count;
    }
    EXPECT_EQ(count, 1u); // below; above and at the corners it would touch the first two
    rs_point_names_add(&names, &page.page, 397, 200, "wide name");
    EXPECT_NE(page.taken().find("text-anchor=\"end\""), std::string::npos); // never outside
}

TEST(PointNames, a_full_drawing_takes_no_more)
{
    const rs_plot plot = {0, 0, 400, 300, 0, 1, 0, 1};
    Page page;
    rs_point_names names;
    rs_point_names_init(&names, &plot);
    for (int i = 0; i < 2 * RS_POINT_NAMES_MAX; ++i) {
        rs_point_names_avoid(&names, 5, 5, 1);
    }
    rs_point_names_add(&names, &page.page, 200, 200, "abc");
    EXPECT_EQ(page.taken(), "");
}

} // namespace
